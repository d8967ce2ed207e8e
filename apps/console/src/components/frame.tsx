import { type ReactNode, useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { User } from '../api/session.ts';

const PAGES = [
  ['/', 'Overview'],
  ['/orders', 'Orders'],
  ['/sessions', 'Sessions'],
] as const;

function Pages() {
  const [path] = useLocation();
  return (
    <nav className="tabs" aria-label="Console">
      {PAGES.map(([href, name]) => (
        <Link key={href} href={href} aria-current={path === href ? 'page' : undefined}>
          {name}
        </Link>
      ))}
    </nav>
  );
}

function Account({ user, leave }: { user: User; leave: () => Promise<void> }) {
  const [failed, setFailed] = useState(false);
  return (
    <div className="account">
      <span>{user.name ?? user.email ?? user.sub}</span>
      <button type="button" onClick={() => void leave().catch(() => setFailed(true))}>
        Sign out
      </button>
      {failed && <span role="alert">That did not work.</span>}
    </div>
  );
}

type FrameProps = { user: User | null; leave: () => Promise<void>; children: ReactNode };

/** What surrounds every page: skip link, banner with the pages and the account, main landmark. */
export function Frame({ user, leave, children }: FrameProps) {
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to the content
      </a>
      <header className="banner">
        <p className="brand">
          Hearth &amp; Heath <span>operations</span>
        </p>
        {user && <Pages />}
        {user && <Account user={user} leave={leave} />}
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}
