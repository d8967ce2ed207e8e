const STAR = 'M10 1.6l2.6 5.4 5.9.8-4.3 4.1 1 5.9-5.2-2.8-5.2 2.8 1-5.9L1.5 7.8l5.9-.8z';

/** A rating from 0 to 5 as stars (halves count), read out as a sentence. */
export function Stars({ rating }: { rating: number }) {
  const halves = Math.round(rating * 2);
  return (
    <svg className="stars" viewBox="0 0 108 20" role="img" aria-label={`${Number(rating.toFixed(1))} of 5 stars`}>
      {[0, 1, 2, 3, 4].map((index) => (
        <g key={index} transform={`translate(${index * 22} 0)`}>
          <path className="star-empty" d={STAR} />
          {halves > index * 2 && (
            <svg width={halves === index * 2 + 1 ? 10 : 20} height={20}>
              <path className="star-full" d={STAR} />
            </svg>
          )}
        </g>
      ))}
    </svg>
  );
}
