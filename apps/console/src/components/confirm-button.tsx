import { useState } from 'react';

type ConfirmProps = { label: string; describes: string; disabled: boolean; onConfirm: () => void };

/** A button for what cannot be taken back: the first press asks, the second one does it; leaving it takes the question back. */
export function ConfirmButton({ label, describes, disabled, onConfirm }: ConfirmProps) {
  const [asking, setAsking] = useState(false);
  const press = () => {
    if (disabled) return;
    if (asking) onConfirm();
    setAsking(!asking);
  };
  const text = asking ? `Really ${label.toLowerCase()}?` : label;
  return (
    <button
      type="button"
      className={asking ? 'action action-asking' : 'action action-final'}
      aria-disabled={disabled}
      onClick={press}
      onBlur={() => setAsking(false)}
    >
      {text} <span className="visually-hidden">{describes}</span>
    </button>
  );
}
