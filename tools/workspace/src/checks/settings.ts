import type { Check } from '../repository.ts';

const PAGE = 'docs/configuration.md';

/** Every variable that a library reads from the environment is explained: an upper-case key in a file with loadConfig(). */
export const settingsAreDocumented: Check = (repository) => {
  const page = repository.read(PAGE);
  const sources = repository.files.filter(
    (path) => /^libs\/[^/]+\/src\/.*\.ts$/.test(path) && !path.endsWith('spec.ts'),
  );
  return sources.flatMap((path) =>
    variablesOf(repository.read(path))
      .filter((name) => !page.includes(`\`${name}\``))
      .map((name) => `${PAGE}: does not explain \`${name}\`, which ${path} reads`),
  );
};

function variablesOf(source: string): string[] {
  if (!source.includes('loadConfig(')) return [];
  const code = source.replaceAll(/\/\*.*?\*\/|\/\/[^\n]*/gs, '');
  const names = [...code.matchAll(/(?:^|[\s{,])(?<!\bconst )([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)*):\s/gm)].map(
    (match) => match[1]!,
  );
  return [...new Set(names)];
}
