const GRADES = [1, 2, 3, 4, 5] as const;

type StarChoiceProps = { rating: number; choose: (rating: number) => void; error?: string };

/** One to five stars to choose from; arrow keys move between them. */
export function StarChoice({ rating, choose, error }: StarChoiceProps) {
  return (
    <fieldset className="star-choice" aria-describedby={error ? 'rating-error' : undefined}>
      <legend>Stars</legend>
      <div className="star-choice-row">
        {GRADES.map((grade) => (
          <label key={grade} className={grade <= rating ? 'star star-on' : 'star'}>
            <input
              className="visually-hidden"
              type="radio"
              name="rating"
              value={grade}
              checked={grade === rating}
              onChange={() => choose(grade)}
            />
            <span className="visually-hidden">{grade === 1 ? '1 star' : `${grade} stars`}</span>
            <span aria-hidden="true">★</span>
          </label>
        ))}
      </div>
      {error && (
        <p className="field-error" id="rating-error">
          {error}
        </p>
      )}
    </fieldset>
  );
}
