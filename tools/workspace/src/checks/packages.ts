import type { Check, Repository } from '../repository.ts';
import { workspacePackages } from '../workspace-packages.ts';

/** Every package has the tags that the boundary rule needs, and `npm run typecheck` looks at it. */
export const packagesAreComplete: Check = (repository) => {
  const checked = typeCheckedFolders(repository);
  return workspacePackages(repository).flatMap(({ folder, manifest }) => {
    const tags = manifest.nx?.tags ?? [];
    const missing = ['type', 'layer', 'scope'].filter((kind) => !tags.some((tag) => tag.startsWith(`${kind}:`)));
    return [
      ...missing.map(
        (kind) => `${folder}/package.json: nx.tags has no \`${kind}:...\`; copy those of a package like it`,
      ),
      ...(manifest.private === true ? [] : [`${folder}/package.json: must say "private": true`]),
      ...(repository.read(`${folder}/tsconfig.json`) === '' ? [`${folder}: has no tsconfig.json`] : []),
      ...(checked.has(folder)
        ? []
        : [`tsconfig.json: add { "path": "${folder}" } to the references, so that types are checked`]),
    ];
  });
};

/** Folders that the root's references name, or a `tsc -p` of the script. */
function typeCheckedFolders(repository: Repository): Set<string> {
  const references = [...repository.read('tsconfig.json').matchAll(/"path":\s*"(?:\.\/)?([^"]+?)\/?"/g)];
  const root = JSON.parse(repository.read('package.json') || '{}') as { scripts?: Record<string, string> };
  const projects = [...(root.scripts?.['typecheck'] ?? '').matchAll(/tsc -p (?:\.\/)?(\S+?)\/?(?=\s|$)/g)];
  return new Set([...references, ...projects].map((match) => match[1]!));
}
