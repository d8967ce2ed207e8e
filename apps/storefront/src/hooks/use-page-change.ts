import { type RefObject, useEffect, useRef } from 'react';
import { useLocation } from 'wouter';

/** After a link was followed, moves the focus to the main landmark and the view to its top; back and forward keep their place. */
export function usePageChange(main: RefObject<HTMLElement | null>): void {
  const [path] = useLocation();
  const previous = useRef(path);
  const wentBack = useRef(false);

  useEffect(() => {
    const note = () => {
      wentBack.current = true;
    };
    window.addEventListener('popstate', note);
    return () => window.removeEventListener('popstate', note);
  }, []);

  useEffect(() => {
    if (previous.current === path) return;
    previous.current = path;
    main.current?.focus({ preventScroll: true });
    if (!wentBack.current) window.scrollTo({ top: 0, behavior: 'instant' });
    wentBack.current = false;
  }, [path, main]);
}
