import type { ReactNode } from 'react';
import type { ApiError } from '../api/http.ts';
import { signInUrl } from '../api/session.ts';

/** A page that says one thing. */
export function MessagePage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="message">
      <h1>{title}</h1>
      {children}
    </section>
  );
}

/** Leads to the login and back to this page. A plain link: the BFF answers it, not the console's own pages. */
export function SignInPage({ title, children }: { title: string; children: ReactNode }) {
  const { pathname, search } = window.location;
  return (
    <MessagePage title={title}>
      <p>{children}</p>
      <a className="button" href={signInUrl(pathname + search)}>
        Sign in
      </a>
    </MessagePage>
  );
}

/** Says why a page cannot be shown; what one may not see is no fault that trying again would mend. */
export function ErrorPage({ error, retry }: { error: ApiError; retry: () => void }) {
  if (error.status === 403) {
    return (
      <MessagePage title="Not for your account">
        <p>
          This page is for staff of the shop. You are signed in, but your account does not have the role it takes. Ask
          who manages accounts, or sign out and use another one.
        </p>
      </MessagePage>
    );
  }
  return (
    <MessagePage title={error.status === 0 ? 'The gateway does not answer' : 'This cannot be shown right now'}>
      <p role="alert">{error.message}</p>
      <button type="button" className="button" onClick={retry}>
        Try again
      </button>
    </MessagePage>
  );
}

/** Takes the place of what is being loaded. */
export function Loading() {
  return (
    <div className="loading" aria-busy="true">
      <span className="visually-hidden">Loading</span>
    </div>
  );
}
