import type { Repository } from './repository.ts';

/** What the checks read of a package.json. */
export interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly nx?: { readonly name?: string; readonly tags?: readonly string[] };
}

/** A package of this workspace. */
export interface WorkspacePackage {
  /** Path from the root. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Every app, library and tool of the workspace. */
export function workspacePackages(repository: Repository): WorkspacePackage[] {
  return repository.files
    .filter((path) => /^(?:apps|libs|tools)\/.*package\.json$/.test(path))
    .map((path) => ({
      folder: path.slice(0, -'/package.json'.length),
      manifest: JSON.parse(repository.read(path)) as Manifest,
    }));
}
