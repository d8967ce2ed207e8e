import { useState } from 'react';
import { type Device, type DevicePage, endDevice, endOtherDevices, listDevices, type User } from '../api/session.ts';
import { AccountFrame, AccountSkeleton } from '../components/account-frame.tsx';
import { ErrorNotice } from '../components/notice.tsx';
import { deviceName } from '../format/device-name.ts';
import { formatMoment } from '../format/format.ts';
import { announce } from '../hooks/announcer.tsx';
import { useResource } from '../hooks/use-resource.ts';
import { useTitle } from '../hooks/use-title.ts';

type RowProps = { device: Device; onEnd: () => void };

function DeviceRow({ device, onEnd }: RowProps) {
  const name = deviceName(device.device.userAgent);
  return (
    <li className="account-row">
      <div>
        <h2>{name}</h2>
        <p className="muted">
          Last used {formatMoment(device.lastSeenAt)}, signed in {formatMoment(device.createdAt)}
          {device.device.address && ` from ${device.device.address}`}
        </p>
      </div>
      {device.current ? (
        <p className="order-badge account-row-end">This device</p>
      ) : (
        <button
          type="button"
          className="link-button account-row-end"
          aria-label={`Sign out ${name}, last used ${formatMoment(device.lastSeenAt)}`}
          onClick={onEnd}
        >
          Sign out
        </button>
      )}
    </li>
  );
}

function Devices({ user }: { user: User }) {
  const { value, error, reload, show } = useResource(`devices ${user.sub}`, (signal) => listDevices(signal));
  const [failed, setFailed] = useState(false);
  const end = async (work: Promise<void>, done: string) => {
    setFailed(false);
    try {
      await work;
      announce(done);
      document.getElementById('main')?.focus();
    } catch {
      setFailed(true);
    }
    reload();
  };
  const showMore = async (shown: DevicePage, after: string) => {
    setFailed(false);
    try {
      const page = await listDevices(undefined, after);
      show({ ...page, items: [...shown.items, ...page.items] });
    } catch {
      setFailed(true);
    }
  };
  if (error) return <ErrorNotice error={error} retry={reload} />;
  if (!value) return <AccountSkeleton />;
  const { items: devices, next } = value;
  return (
    <>
      <ul className="account-list">
        {devices.map((device) => (
          <DeviceRow
            key={device.handle}
            device={device}
            onEnd={() => void end(endDevice(device.handle), 'The device is signed out')}
          />
        ))}
      </ul>
      {next !== null && (
        <button type="button" className="button" onClick={() => void showMore(value, next)}>
          Show older devices
        </button>
      )}
      {failed && <p role="alert">That did not work. Please try again.</p>}
      {devices.some(({ current }) => !current) && (
        <button
          type="button"
          className="button"
          onClick={() => void end(endOtherDevices(), 'All other devices are signed out')}
        >
          Sign out all other devices
        </button>
      )}
    </>
  );
}

/** Where the customer is signed in, and how to end that. */
export function DevicesPage() {
  useTitle('Your devices');
  return (
    <AccountFrame>
      {(user) => (
        <>
          <h1>Your devices</h1>
          <p>Everywhere you are signed in. If you do not know one of them, sign it out and change your password.</p>
          <Devices key={user.sub} user={user} />
        </>
      )}
    </AccountFrame>
  );
}
