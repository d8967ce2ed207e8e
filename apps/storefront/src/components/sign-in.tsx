import type { ReactNode } from 'react';
import { useLocation, useSearch } from 'wouter';
import { signInUrl } from '../api/session.ts';

/** Leads to the login and back to this page. A plain link: the BFF answers it, not the shop's own pages. */
export function SignInLink({ className, children }: { className?: string; children: ReactNode }) {
  const [path] = useLocation();
  const search = useSearch();
  return (
    <a className={className} href={signInUrl(search ? `${path}?${search}` : path)}>
      {children}
    </a>
  );
}

/** Said on top of every page when the session ended while it was open. */
export function SessionEndedBar() {
  return (
    <div className="session-bar" role="alert">
      <p>
        Your session has ended. <SignInLink>Sign in again</SignInLink> to go on where you are.
      </p>
    </div>
  );
}
