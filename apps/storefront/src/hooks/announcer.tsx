import { useEffect, useState } from 'react';

const EVENT = 'hearth-announce';

/** Has screen readers say a change that is otherwise only seen. */
export function announce(message: string): void {
  window.dispatchEvent(new CustomEvent(EVENT, { detail: message }));
}

/** The one live region of the page, which `announce` writes to. */
export function Announcer() {
  const [message, setMessage] = useState('');
  useEffect(() => {
    const listen = (event: Event) => setMessage(String((event as CustomEvent).detail));
    window.addEventListener(EVENT, listen);
    return () => window.removeEventListener(EVENT, listen);
  }, []);
  return (
    <p className="visually-hidden" role="status" aria-live="polite">
      {message}
    </p>
  );
}
