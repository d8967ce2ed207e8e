import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files of the clone, as the checks see them; a check never touches the disk itself. */
export interface Repository {
  /** Paths from the root with `/`, without what `.gitignore` names. */
  readonly files: readonly string[];
  /** A file's text; empty when there is no such file. */
  read(path: string): string;
}

/** Looks for what is wrong in one respect; every problem is one sentence that names the file and the mending. */
export type Check = (repository: Repository) => string[];

/** The clone under `root`, with files that are new and not added yet. */
export function openRepository(root: string): Repository {
  const listing = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  const files = listing.toString().split('\0');
  return {
    files: files.filter((path) => path !== '' && existsSync(join(root, path))),
    read: (path) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : ''),
  };
}

/** A repository that holds just these files, for the specs of the checks. */
export function repositoryOf(texts: Readonly<Record<string, string>>): Repository {
  return { files: Object.keys(texts), read: (path) => texts[path] ?? '' };
}
