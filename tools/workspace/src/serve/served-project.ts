import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest, WorkspacePackage } from '../workspace-packages.ts';

/** A project of the workspace that `nx serve` runs from source. */
export interface ServedProject {
  /** Its name in Nx, such as `web-bff`. */
  readonly name: string;
  /** Its folder, from the root. */
  readonly folder: string;
  /** `nx.targets.serve.options.env` of its package.json. */
  readonly environment: Readonly<Record<string, string>>;
  /** Folders, from the root, whose files it may load: its own and those of the workspace's packages it depends on. */
  readonly sources: readonly string[];
}

interface ServeTarget {
  readonly nx?: {
    readonly targets?: { readonly serve?: { readonly options?: { readonly env?: Readonly<Record<string, string>> } } };
  };
}

/**
 * Looks a project up by its name in Nx.
 *
 * @param root the workspace's
 * @throws Error for a name that no package.json states
 */
export function findProject(root: string, name: string): ServedProject {
  const packages = packagesOf(root);
  const found = packages.find(({ manifest }) => manifest.nx?.name === name);
  if (found === undefined) throw new Error(`no project is called ${name}: see nx.name in the package.json files`);
  const { nx } = found.manifest as ServeTarget;
  return {
    name,
    folder: found.folder,
    environment: nx?.targets?.serve?.options?.env ?? {},
    sources: [...reached(found, packages)].map(({ folder }) => folder),
  };
}

/** The packages in the folders that the root's package.json names, `apps/*` and the like; no git is needed. */
function packagesOf(root: string): WorkspacePackage[] {
  const read = (folder: string): unknown => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const { workspaces } = read('.') as { readonly workspaces: readonly string[] };
  const folders = workspaces
    .map((pattern) => pattern.replace(/\/\*$/, ''))
    .filter((parent) => existsSync(join(root, parent)))
    .flatMap((parent) => readdirSync(join(root, parent)).map((child) => `${parent}/${child}`));
  return folders
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => ({ folder, manifest: read(folder) as Manifest }));
}

/** The package and all packages of the workspace that it needs, directly or through others. */
function reached(start: WorkspacePackage, packages: readonly WorkspacePackage[]): Set<WorkspacePackage> {
  const found = new Set([start]);
  for (const { manifest } of found) {
    for (const dependency of Object.keys(manifest.dependencies ?? {})) {
      const dependent = packages.find((one) => one.manifest.name === dependency);
      if (dependent !== undefined) found.add(dependent);
    }
  }
  return found;
}
