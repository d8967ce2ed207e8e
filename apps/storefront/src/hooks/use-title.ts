import { useEffect } from 'react';
import { announce } from './announcer.tsx';

/** Names the page in the window's title and to screen readers; null while the name is not known yet. */
export function useTitle(title: string | null): void {
  useEffect(() => {
    if (title === null) return;
    document.title = title === '' ? 'Hearth & Heath' : `${title} · Hearth & Heath`;
    announce(title === '' ? 'Home' : title);
  }, [title]);
}
