import type { ReactNode } from 'react';
import type { ApiError } from '../api/http.ts';
import { isOffline } from '../hooks/use-online.ts';

/** A calm box for what is empty, missing or went wrong. */
export function Notice({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="notice">
      <p className="notice-title">{title}</p>
      {children}
    </div>
  );
}

function explain(error: ApiError): { title: string; text: string } {
  if (error.status === 0 && isOffline())
    return { title: 'You are offline', text: 'This page loads as soon as the connection is back.' };
  if (error.status === 0)
    return { title: 'The shop does not answer', text: 'Its door may be closed for a moment. Your basket is kept.' };
  if (error.status === 429) return { title: 'That was a lot at once', text: 'Wait a moment, then try again.' };
  if (error.status >= 500)
    return { title: 'A part of the shop is resting', text: 'We cannot show this page right now. Your basket is kept.' };
  return { title: 'That did not work', text: error.message };
}

/** Says what went wrong with a whole page and offers to try again. */
export function ErrorNotice({ error, retry }: { error: ApiError; retry: () => void }) {
  const { title, text } = explain(error);
  return (
    <section className="page page-narrow page-error" role="alert">
      <h1>{title}</h1>
      <p>{text}</p>
      <button type="button" className="button" onClick={retry}>
        Try again
      </button>
    </section>
  );
}
