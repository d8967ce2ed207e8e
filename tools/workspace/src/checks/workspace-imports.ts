import { posix } from 'node:path';
import type { Check, Repository } from '../repository.ts';
import { workspacePackages, type WorkspacePackage } from '../workspace-packages.ts';

/**
 * A package declares exactly the packages of the workspace that its shipped code imports, and its tsconfig references the
 * same: Nx, npm and the compiler then see one graph. Specs may use the testing library without saying so.
 */
export const workspaceImportsAreDeclared: Check = (repository) => {
  const packages = workspacePackages(repository);
  const folders = new Map(packages.map(({ folder, manifest }) => [manifest.name, folder]));
  return packages.flatMap((workspacePackage) => {
    const { folder, manifest } = workspacePackage;
    const imported = importedNames(repository, folder, [...folders.keys()]);
    const declared = Object.keys(manifest.dependencies ?? {}).filter((name) => folders.has(name));
    return [
      ...without(imported, declared).map(
        (name) => `${folder}/package.json: add "${name}": "*" to the dependencies, it is imported`,
      ),
      ...without(declared, imported).map(
        (name) => `${folder}/package.json: remove the dependency "${name}", nothing imports it`,
      ),
      ...wrongReferences(
        repository,
        workspacePackage,
        imported.map((name) => folders.get(name)!),
      ),
    ];
  });
};

function importedNames(repository: Repository, folder: string, names: readonly string[]): string[] {
  const sources = repository.files.filter(
    (path) => path.startsWith(`${folder}/src/`) && /\.tsx?$/.test(path) && !/spec\.tsx?$/.test(path),
  );
  const text = sources.map((path) => repository.read(path)).join('\n');
  return names.filter((name) => new RegExp(`(?:from|import|import\\()\\s*['"]${name}(?:/[^'"]*)?['"]`).test(text));
}

function wrongReferences(repository: Repository, { folder }: WorkspacePackage, wanted: readonly string[]): string[] {
  const config = repository.read(`${folder}/tsconfig.json`);
  const referenced = [...config.matchAll(/"path":\s*"([^"]+)"/g)].map((match) => posix.join(folder, match[1]!));
  return [
    ...without(wanted, referenced).map((path) => `${folder}/tsconfig.json: add a reference to ${path}`),
    ...without(referenced, wanted).map((path) => `${folder}/tsconfig.json: remove the reference to ${path}`),
  ];
}

function without(list: readonly string[], others: readonly string[]): string[] {
  return list.filter((item) => !others.includes(item));
}
