import { useCallback, useEffect, useState } from 'react';
import { ApiError } from '../api/http.ts';

/** Something that is being loaded, is there, or could not be had. `show` puts another value in its place. */
export type Resource<T> = {
  value: T | null;
  error: ApiError | null;
  reload: () => void;
  show: (value: T) => void;
};

type Loaded<T> = { key: string; value: T | null; error: ApiError | null };

/** Loads what `key` stands for, again whenever the key changes or `reload` is called. */
export function useResource<T>(key: string, load: (signal: AbortSignal) => Promise<T>): Resource<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ key: '', value: null, error: null });
  const [attempt, setAttempt] = useState(0);
  const reload = useCallback(() => setAttempt((count) => count + 1), []);

  useEffect(() => {
    const controller = new AbortController();
    load(controller.signal).then(
      (value) => {
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

  const current = loaded.key === key ? loaded : null;
  const show = (value: T) => setLoaded({ key, value, error: null });
  return { value: current?.value ?? null, error: current?.error ?? null, reload, show };
}
