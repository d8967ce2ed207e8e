import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import type { User } from '../api/session.ts';
import { useSession } from '../hooks/session-store.ts';
import { SignInLink } from './sign-in.tsx';

const PAGES = [
  ['/account/orders', 'Orders'],
  ['/account/addresses', 'Addresses'],
  ['/account/devices', 'Devices'],
] as const;

function currentOf(path: string, href: string): 'page' | 'true' | undefined {
  if (path === href) return 'page';
  return path.startsWith(`${href}/`) ? 'true' : undefined;
}

function AskToSignIn({ ended }: { ended: boolean }) {
  return (
    <section className="page page-narrow page-error">
      <h1>{ended ? 'Your session has ended' : 'Sign in to see this'}</h1>
      <p>
        {ended
          ? 'Nothing is lost. Sign in again and this page opens where you left it.'
          : 'Your orders, addresses and devices are shown to nobody but you.'}
      </p>
      <SignInLink className="button">Sign in</SignInLink>
    </section>
  );
}

/** What surrounds the pages of the account; who is not signed in is asked to. */
export function AccountFrame({ children }: { children: (user: User) => ReactNode }) {
  const [path] = useLocation();
  const session = useSession();
  if (session.state === 'unknown') {
    return (
      <div className="page" aria-busy="true">
        <div className="skeleton skeleton-block" aria-hidden="true" />
      </div>
    );
  }
  if (session.state !== 'customer') return <AskToSignIn ended={session.state === 'ended'} />;
  return (
    <div className="page account-page">
      <nav className="account-tabs" aria-label="Your account">
        {PAGES.map(([href, name]) => (
          <Link key={href} href={href} aria-current={currentOf(path, href)}>
            {name}
          </Link>
        ))}
      </nav>
      {children(session.user)}
    </div>
  );
}

/** Takes the place of what is being loaded. */
export function AccountSkeleton() {
  return (
    <div aria-busy="true">
      <div className="skeleton skeleton-block" aria-hidden="true" />
    </div>
  );
}
