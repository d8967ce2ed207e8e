import { useState } from 'react';
import { listAddresses, removeAddress, type SavedAddress } from '../api/account.ts';
import type { User } from '../api/session.ts';
import { AccountFrame, AccountSkeleton } from '../components/account-frame.tsx';
import { AddressEditor } from '../components/address-editor.tsx';
import { ErrorNotice, Notice } from '../components/notice.tsx';
import { countryName } from '../forms/checkout-form.ts';
import { announce } from '../hooks/announcer.tsx';
import { useResource } from '../hooks/use-resource.ts';
import { useTitle } from '../hooks/use-title.ts';

/** As many as the shop keeps. */
const MAX_ADDRESSES = 20;

type CardProps = { address: SavedAddress; onChange: () => void; onRemoved: () => void };

function AddressCard({ address, onChange, onRemoved }: CardProps) {
  const [failed, setFailed] = useState(false);
  const { name, street, postalCode, city, country } = address;
  const remove = async () => {
    try {
      await removeAddress(address.id);
      announce('The address is removed');
      onRemoved();
      document.getElementById('main')?.focus();
    } catch {
      setFailed(true);
    }
  };
  return (
    <li className="account-row">
      <address>
        <strong>{name}</strong>
        <br />
        {street}
        <br />
        {postalCode} {city}, {countryName(country)}
      </address>
      <div className="button-row account-row-end">
        <button type="button" className="link-button" aria-label={`Change ${name}, ${street}`} onClick={onChange}>
          Change
        </button>
        <button
          type="button"
          className="link-button"
          aria-label={`Remove ${name}, ${street}`}
          onClick={() => void remove()}
        >
          Remove
        </button>
      </div>
      {failed && (
        <p className="form-failure" role="alert">
          It could not be removed right now. Please try again.
        </p>
      )}
    </li>
  );
}

function Addresses({ user }: { user: User }) {
  const { value, error, reload } = useResource(`addresses ${user.sub}`, listAddresses);
  const [edited, setEdited] = useState<SavedAddress | 'new' | null>(null);
  const saved = () => {
    setEdited(null);
    announce('The address is kept');
    reload();
  };
  if (error) return <ErrorNotice error={error} retry={reload} />;
  if (!value) return <AccountSkeleton />;
  if (edited) {
    const address = edited === 'new' ? null : edited;
    return <AddressEditor address={address} onSaved={saved} onCancel={() => setEdited(null)} />;
  }
  return (
    <>
      {value.length === 0 && <Notice title="No address is kept yet." />}
      <ul className="account-list">
        {value.map((address) => (
          <AddressCard key={address.id} address={address} onChange={() => setEdited(address)} onRemoved={reload} />
        ))}
      </ul>
      {value.length < MAX_ADDRESSES && (
        <button type="button" className="button" onClick={() => setEdited('new')}>
          Add an address
        </button>
      )}
    </>
  );
}

/** The addresses that the checkout offers: add, change, remove. */
export function AddressesPage() {
  useTitle('Your addresses');
  return (
    <AccountFrame>
      {(user) => (
        <>
          <h1>Your addresses</h1>
          <Addresses key={user.sub} user={user} />
        </>
      )}
    </AccountFrame>
  );
}
