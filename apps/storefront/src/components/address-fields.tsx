import { COUNTRIES } from '../forms/checkout-form.ts';
import { Field, TextField } from './text-field.tsx';

/** A field of an address. */
export type AddressField = 'street' | 'postalCode' | 'city' | 'country';

/** What a field shows and whom it tells of a change; `id` must be unique on the page. */
export type Binding = { id: string; value: string; error?: string; onChange: (value: string) => void };

/** Street, postal code, city and country. */
export function AddressFields({ bind }: { bind: (field: AddressField) => Binding }) {
  const { onChange, value, ...country } = bind('country');
  return (
    <>
      <TextField label="Street and number" autoComplete="street-address" {...bind('street')} />
      <div className="field-row">
        <TextField label="Postal code" autoComplete="postal-code" maxLength={16} {...bind('postalCode')} />
        <TextField label="City" autoComplete="address-level2" {...bind('city')} />
      </div>
      <Field label="Country" {...country}>
        {(described) => (
          <select
            {...described}
            name="country"
            autoComplete="country"
            value={value}
            onChange={(event) => onChange(event.target.value)}
          >
            <option value="">Choose a country</option>
            {COUNTRIES.map(([code, name]) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
    </>
  );
}
