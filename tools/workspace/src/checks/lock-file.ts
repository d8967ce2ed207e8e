import type { Check } from '../repository.ts';

interface LockedPackage {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * Some releases name platform packages that the registry does not have. `npm install` passes over them in silence and
 * `npm ci` then fails with "Missing: ... from lock file".
 */
export const lockFileIsComplete: Check = (repository) => {
  const lock = JSON.parse(repository.read('package-lock.json') || '{}') as { packages?: Record<string, LockedPackage> };
  const packages = lock.packages ?? {};
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !isLocked(packages, path, name))
      .map(
        (name) => `package-lock.json: ${path} lacks ${name}; pin a release whose platform packages are all published`,
      ),
  );
};

/** Looks where Node would: beside the package's own dependencies, then in every folder above. */
function isLocked(packages: Readonly<Record<string, unknown>>, path: string, name: string): boolean {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    if (packages[folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`]) return true;
    if (folder === '') return false;
  }
}
