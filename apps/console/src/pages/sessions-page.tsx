import { type FormEvent, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { ApiError } from '../api/http.ts';
import { endSession, endSessions, listSessions, type StaffSession, type StaffSessions } from '../api/session.ts';
import { ConfirmButton } from '../components/confirm-button.tsx';
import { ErrorPage, Loading } from '../components/message-page.tsx';
import { Table } from '../components/table.tsx';
import { formatMoment } from '../format/format.ts';
import { useResource } from '../hooks/use-resource.ts';
import { useTitle } from '../hooks/use-title.ts';

function UserForm({ user }: { user: string }) {
  const [, navigate] = useLocation();
  const [typed, setTyped] = useState(user);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed.trim()) navigate(`/sessions?user=${encodeURIComponent(typed.trim())}`);
  };
  return (
    <form className="choice" onSubmit={submit}>
      <label htmlFor="user">Subject of the user</label>
      <input
        id="user"
        value={typed}
        maxLength={255}
        autoComplete="off"
        spellCheck={false}
        onChange={({ target }) => setTyped(target.value)}
      />
      <button type="submit" className="button">
        Find sessions
      </button>
    </form>
  );
}

type RowProps = { session: StaffSession; busy: boolean; onEnd: () => void };

function SessionRow({ session, busy, onEnd }: RowProps) {
  return (
    <tr>
      <th scope="row">{session.bff}</th>
      <td className="user-agent">{session.device.userAgent || 'unknown'}</td>
      <td>{session.device.address}</td>
      <td>{formatMoment(session.createdAt)}</td>
      <td>{formatMoment(session.lastSeenAt)}</td>
      <td>
        <ConfirmButton
          label="End"
          describes={`the session at ${session.bff} from ${session.device.address}`}
          disabled={busy}
          onConfirm={onEnd}
        />
      </td>
    </tr>
  );
}

/** What ends sessions and says what came of it; the list is read anew afterwards. */
function useEnding(reload: () => void) {
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState({ text: '', failed: false });
  const end = async (work: () => Promise<string>) => {
    setBusy(true);
    try {
      setOutcome({ text: await work(), failed: false });
    } catch (error) {
      const gone = error instanceof ApiError && error.status === 404;
      const text = gone ? 'That session had ended already.' : `Not ended: ${(error as Error).message}`;
      setOutcome({ text, failed: !gone });
    }
    setBusy(false);
    reload();
  };
  const fail = (error: Error) => setOutcome({ text: `Not loaded: ${error.message}`, failed: true });
  return { busy, outcome, end, fail };
}

/** Puts the next page behind what is shown. */
async function withNextPage(user: string, shown: StaffSessions): Promise<StaffSessions> {
  const page = await listSessions(user, undefined, shown.next ?? undefined);
  return { ...page, items: [...shown.items, ...page.items] };
}

function Sessions({ user }: { user: string }) {
  const { value, error, reload, show } = useResource(`sessions ${user}`, (signal) => listSessions(user, signal));
  const { busy, outcome, end, fail } = useEnding(reload);
  const showMore = (shown: StaffSessions) => withNextPage(user, shown).then(show, fail);
  const endOne = (handle: string) => end(() => endSession(user, handle).then(() => 'The session is ended.'));
  const endAll = () => end(() => endSessions(user).then((count) => `Sessions ended: ${count}.`));
  if (error) return <ErrorPage error={error} retry={reload} />;
  if (!value) return <Loading />;
  return (
    <>
      <p className={outcome.failed ? 'outcome outcome-failed' : 'outcome'} role="status">
        {outcome.text}
      </p>
      {value.unseen.length > 0 && (
        <p className="outcome outcome-failed">
          Sessions at {value.unseen.join(' and ')} cannot be seen or ended here: they are in the memory of that gateway.
          With REDIS_URL they would be shared.
        </p>
      )}
      {value.items.length === 0 ? (
        <p className="muted">
          There is no session that can be seen here of a user with the subject {user}. It is the id that the identity
          provider gave them, not their username.
        </p>
      ) : (
        <>
          <Table
            name={`Sessions of ${user}`}
            columns={['At', 'Browser', 'Address', 'Signed in', 'Last used', 'Action']}
          >
            {value.items.map((session) => (
              <SessionRow
                key={session.handle}
                session={session}
                busy={busy}
                onEnd={() => void endOne(session.handle)}
              />
            ))}
          </Table>
          {value.next !== null && (
            <button type="button" className="button button-quiet" disabled={busy} onClick={() => void showMore(value)}>
              Show older sessions
            </button>
          )}
          <ConfirmButton
            label="End all"
            describes={`sessions of ${user}`}
            disabled={busy}
            onConfirm={() => void endAll()}
          />
        </>
      )}
    </>
  );
}

/** Where a user is signed in, and the end of that: of someone who left, or whose browser was stolen. */
export function SessionsPage() {
  useTitle('Sessions');
  const user = new URLSearchParams(useSearch()).get('user') ?? '';
  return (
    <div className="page">
      <div className="page-head">
        <h1>Sessions</h1>
        <UserForm key={user} user={user} />
      </div>
      {user ? (
        <Sessions key={user} user={user} />
      ) : (
        <p className="muted">
          Name a user by their subject (sub), the id at the identity provider and not the username. A customer’s name in
          the list of orders leads here too.
        </p>
      )}
    </div>
  );
}
