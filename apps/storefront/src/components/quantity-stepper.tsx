const MAX_QUANTITY = 99;

type StepperProps = {
  id: string;
  label: string;
  value: number;
  onChange: (quantity: number) => void;
  disabled?: boolean;
};

/** A number of pieces from 1 to 99 with buttons for one less and one more. */
export function QuantityStepper({ id, label, value, onChange, disabled = false }: StepperProps) {
  const change = (quantity: number) => {
    if (Number.isInteger(quantity) && quantity >= 1 && quantity <= MAX_QUANTITY) onChange(quantity);
  };
  return (
    <div className="stepper">
      <button
        type="button"
        aria-label={`One less: ${label}`}
        disabled={disabled || value <= 1}
        onClick={() => change(value - 1)}
      >
        −
      </button>
      <label className="visually-hidden" htmlFor={id}>
        {label}
      </label>
      <input
        key={value}
        id={id}
        inputMode="numeric"
        defaultValue={value}
        maxLength={2}
        disabled={disabled}
        autoComplete="off"
        onBlur={(event) => {
          change(Number(event.target.value));
          event.target.value = String(value);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
        }}
      />
      <button
        type="button"
        aria-label={`One more: ${label}`}
        disabled={disabled || value >= MAX_QUANTITY}
        onClick={() => change(value + 1)}
      >
        +
      </button>
    </div>
  );
}
