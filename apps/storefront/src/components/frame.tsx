import { type ReactNode, useRef } from 'react';
import { Announcer } from '../hooks/announcer.tsx';
import { useSession } from '../hooks/session-store.ts';
import { useOnline } from '../hooks/use-online.ts';
import { usePageChange } from '../hooks/use-page-change.ts';
import { SessionEndedBar } from './sign-in.tsx';
import { SiteFooter } from './site-footer.tsx';
import { SiteHeader } from './site-header.tsx';

/** What surrounds every page: skip link, header, main landmark, footer and the live region. */
export function Frame({ children }: { children: ReactNode }) {
  const main = useRef<HTMLElement>(null);
  const online = useOnline();
  const session = useSession();
  usePageChange(main);
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to the content
      </a>
      <SiteHeader />
      {!online && (
        <p className="offline-bar" role="alert">
          You are offline. What you see may be out of date; it refreshes when the connection is back.
        </p>
      )}
      {session.state === 'ended' && <SessionEndedBar />}
      <main id="main" ref={main} tabIndex={-1}>
        {children}
      </main>
      <SiteFooter />
      <Announcer />
    </>
  );
}
