import { useState } from 'react';
import { listAddresses, type SavedAddress } from '../api/account.ts';
import { countryName } from '../forms/checkout-form.ts';
import { useResource } from '../hooks/use-resource.ts';

type ChoiceProps = { address: SavedAddress; chosen: boolean; choose: () => void };

function Choice({ address, chosen, choose }: ChoiceProps) {
  return (
    <label className="variant address-choice">
      <input type="radio" name="saved-address" checked={chosen} onChange={choose} />
      <span>
        <strong>{address.name}</strong>
        <br />
        {address.street}, {address.postalCode} {address.city}, {countryName(address.country)}
      </span>
    </label>
  );
}

/** The customer's addresses, one of which fills in the form; nothing when there is none, or they cannot be had. */
export function SavedAddresses({ sub, onChoose }: { sub: string; onChoose: (address: SavedAddress) => void }) {
  const { value } = useResource(`addresses ${sub}`, listAddresses);
  const [chosen, setChosen] = useState('');
  if (!value?.length) return null;
  const choose = (address: SavedAddress) => {
    setChosen(address.id);
    onChoose(address);
  };
  return (
    <fieldset className="saved-addresses">
      <legend>Your addresses</legend>
      {value.map((address) => (
        <Choice key={address.id} address={address} chosen={address.id === chosen} choose={() => choose(address)} />
      ))}
      <p className="field-hint">Choose one to fill in the fields below, or type another.</p>
    </fieldset>
  );
}
