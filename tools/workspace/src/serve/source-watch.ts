import { join, sep } from 'node:path';
import { type AsyncSubscription, subscribe } from '@parcel/watcher';

/** How long in milliseconds no file may change before a change is told: one `git checkout` is one change. */
const QUIET = 80;

const IGNORED = ['**/node_modules/**', '**/dist/**', '**/.*/**'];
const SOURCE = /\.(?:ts|mts|mjs|cjs|js|json)$/;
const TEST = /\.(?:spec|services-spec)\.ts$/;

/**
 * Tells when a source below one of the folders changes, is created or goes, however it was saved. Whole folders are
 * watched: a watch on a file is lost with the first save that renames another file over it.
 *
 * @param root what the folders are relative to
 * @param onChange gets the paths that changed, from the root; specs and `test` folders are not told
 * @param onError the system cannot watch any more, such as for want of inotify watches
 */
export async function watchSources(
  root: string,
  folders: readonly string[],
  onChange: (paths: readonly string[]) => void,
  onError: (error: Error) => void,
): Promise<() => Promise<void>> {
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const tell = (): void => {
    const paths = [...changed];
    changed.clear();
    onChange(paths);
  };
  const note = (error: Error | null, events: readonly { readonly path: string }[]): void => {
    if (error !== null) return onError(error);
    const sources = events.map(({ path }) => path.slice(root.length + 1)).filter(isSource);
    if (sources.length === 0) return;
    sources.forEach((path) => changed.add(path));
    clearTimeout(timer);
    timer = setTimeout(tell, QUIET);
  };
  const watches: AsyncSubscription[] = [];
  for (const folder of folders) watches.push(await subscribe(join(root, folder), note, { ignore: IGNORED }));
  return async () => {
    clearTimeout(timer);
    await Promise.all(watches.map((watch) => watch.unsubscribe()));
  };
}

function isSource(path: string): boolean {
  return SOURCE.test(path) && !TEST.test(path) && !path.split(sep).includes('test');
}
