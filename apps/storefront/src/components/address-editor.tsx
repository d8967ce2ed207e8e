import type { SavedAddress } from '../api/account.ts';
import { useAddressForm } from '../hooks/use-address-form.ts';
import { AddressFields } from './address-fields.tsx';
import { TextField } from './text-field.tsx';

type EditorProps = { address: SavedAddress | null; onSaved: () => void; onCancel: () => void };

/** Where a new address is typed, or one that is kept is changed. */
export function AddressEditor({ address, onSaved, onCancel }: EditorProps) {
  const { bind, failure, sending, submit } = useAddressForm(address, onSaved);
  return (
    <form className="address-editor" noValidate onSubmit={submit} aria-labelledby="address-editor-title">
      <h2 id="address-editor-title">{address ? 'Change the address' : 'A new address'}</h2>
      <TextField label="Full name" autoComplete="name" {...bind('name')} />
      <AddressFields bind={bind} />
      {failure && (
        <p className="form-failure" role="alert">
          {failure}
        </p>
      )}
      <div className="button-row">
        <button className="button" type="submit" aria-disabled={sending}>
          Keep the address
        </button>
        <button className="button button-quiet" type="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}
