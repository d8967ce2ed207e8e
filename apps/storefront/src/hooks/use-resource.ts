import { useCallback, useEffect, useState } from 'react';
import { ApiError } from '../api/http.ts';

/** Something that is being loaded, is there, or could not be had. `show` puts another value in its place until the next load. */
export type Resource<T> = {
  value: T | null;
  error: ApiError | null;
  reload: () => void;
  show: (value: T) => void;
};

/** Pages seen lately, shown at once on the way back while they are asked for again. */
const seen = new Map<string, unknown>();
const SEEN_LIMIT = 30;

/** Forgets the pages seen lately, as they may show what only a customer who has left may see. */
export function forgetSeen(): void {
  seen.clear();
}

function remember(key: string, value: unknown): void {
  seen.delete(key);
  seen.set(key, value);
  const oldest = seen.keys().next();
  if (seen.size > SEEN_LIMIT && !oldest.done) seen.delete(oldest.value);
}

type Loaded<T> = { key: string; value: T | null; error: ApiError | null };

/** Loads what `key` stands for, again whenever the key changes, `reload` is called or the browser is back online. */
export function useResource<T>(key: string, load: (signal: AbortSignal) => Promise<T>): Resource<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ key: '', value: null, error: null });
  const [attempt, setAttempt] = useState(0);
  const reload = useCallback(() => setAttempt((count) => count + 1), []);

  useEffect(() => {
    const controller = new AbortController();
    load(controller.signal).then(
      (value) => {
        remember(key, value);
        if (!controller.signal.aborted) setLoaded({ key, value, error: null });
      },
      (error: unknown) => {
        if (controller.signal.aborted) return;
        setLoaded({ key, value: null, error: error instanceof ApiError ? error : new ApiError(0, String(error)) });
      },
    );
    return () => controller.abort();
    // `load` is made anew by every render; what it loads is told by `key`.
  }, [key, attempt]);

  useEffect(() => {
    window.addEventListener('online', reload);
    return () => window.removeEventListener('online', reload);
  }, [reload]);

  const current = loaded.key === key ? loaded : null;
  return {
    value: current?.value ?? (current?.error ? null : ((seen.get(key) as T) ?? null)),
    error: current?.error ?? null,
    reload,
    show: (value) => setLoaded({ key, value, error: null }),
  };
}
