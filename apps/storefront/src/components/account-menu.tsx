import { useEffect, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { User } from '../api/session.ts';
import { leaveSession, useSession } from '../hooks/session-store.ts';
import { PersonIcon } from './icons.tsx';
import { SignInLink } from './sign-in.tsx';

/** A menu that closes when a link in it was followed, at Escape, and when the focus or a click goes elsewhere. */
function useClosing() {
  const menu = useRef<HTMLDetailsElement>(null);
  const [path] = useLocation();
  useEffect(() => {
    if (menu.current) menu.current.open = false;
  }, [path]);
  useEffect(() => {
    const closeElsewhere = ({ target }: Event) => {
      if (menu.current && !menu.current.contains(target as Node)) menu.current.open = false;
    };
    const closeAtEscape = ({ key }: KeyboardEvent) => {
      if (key !== 'Escape' || !menu.current?.open) return;
      menu.current.open = false;
      menu.current.querySelector('summary')?.focus();
    };
    document.addEventListener('pointerdown', closeElsewhere);
    document.addEventListener('focusin', closeElsewhere);
    document.addEventListener('keydown', closeAtEscape);
    return () => {
      document.removeEventListener('pointerdown', closeElsewhere);
      document.removeEventListener('focusin', closeElsewhere);
      document.removeEventListener('keydown', closeAtEscape);
    };
  }, []);
  return menu;
}

function SignOut() {
  const [failed, setFailed] = useState(false);
  return (
    <>
      <button type="button" onClick={() => void leaveSession().catch(() => setFailed(true))}>
        Sign out
      </button>
      {failed && <p role="alert">Signing out did not work. Please try again.</p>}
    </>
  );
}

function Menu({ user }: { user: User }) {
  const menu = useClosing();
  return (
    <details className="account-menu" ref={menu}>
      <summary>
        <PersonIcon />
        <span className="account-name">{user.name ?? user.email ?? user.sub}</span>
      </summary>
      <nav aria-label="Account">
        <Link href="/account/orders">Orders</Link>
        <Link href="/account/addresses">Addresses</Link>
        <Link href="/account/devices">Devices</Link>
        <SignOut />
      </nav>
    </details>
  );
}

/** In the banner: the way to sign in, or the customer's name with what there is of their account. */
export function AccountMenu() {
  const session = useSession();
  return (
    <div className="account">
      {session.state === 'customer' ? (
        <Menu user={session.user} />
      ) : (
        <SignInLink className="account-sign-in">
          <PersonIcon />
          <span className="account-name">Sign in</span>
        </SignInLink>
      )}
    </div>
  );
}
