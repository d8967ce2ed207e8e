import { useEffect, useState } from 'react';
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

type Props = { sub: string; untouched: boolean; onChoose: (address: SavedAddress) => void };

/**
 * The customer's addresses, one of which fills in the form; nothing when there is none, or they cannot be had. The first one is chosen
 * for them unless they have begun to type.
 */
export function SavedAddresses({ sub, untouched, onChoose }: Props) {
  const { value } = useResource(`addresses ${sub}`, listAddresses);
  const [chosen, setChosen] = useState('');
  const choose = (address: SavedAddress) => {
    setChosen(address.id);
    onChoose(address);
  };
  const preselected = untouched && chosen === '' ? value?.[0] : undefined;
  useEffect(() => {
    if (preselected) choose(preselected);
  });
  if (!value?.length) return null;
  return (
    <fieldset className="saved-addresses">
      <legend>Your addresses</legend>
      {value.map((address) => (
        <Choice key={address.id} address={address} chosen={address.id === chosen} choose={() => choose(address)} />
      ))}
      <p className="field-hint">It fills in the fields below. Choose another one, or type over it.</p>
    </fieldset>
  );
}
