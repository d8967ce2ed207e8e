import { conformanceIsProven } from './checks/conformance.ts';
import { errorCodesAreDocumented } from './checks/error-codes.ts';
import { lockFileIsComplete } from './checks/lock-file.ts';
import { noMachinePaths } from './checks/machine-paths.ts';
import { packagesAreComplete } from './checks/packages.ts';
import { settingsAreDocumented } from './checks/settings.ts';
import { everySpecRuns } from './checks/specs.ts';
import { workspaceImportsAreDeclared } from './checks/workspace-imports.ts';
import { repositoryOf } from './repository.ts';

describe('error codes', () => {
  const source = "export type BffErrorCode =\n  // not 'this-one'\n  | 'one-code'\n  | 'other-code';\n";
  const page = (...codes: string[]): string => codes.map((code) => `| \`${code}\` | 400 |`).join('\n');
  const check = (text: string): string[] =>
    errorCodesAreDocumented(repositoryOf({ 'libs/core/src/bff-error.ts': source, 'docs/errors.md': text }));

  it('are content when every code has a row', () => {
    expect(check(page('one-code', 'other-code'))).toEqual([]);
  });

  it('name what is missing and what is unknown', () => {
    expect(check(page('one-code', 'old-code'))).toEqual([
      expect.stringContaining('no row for `other-code`'),
      expect.stringContaining('explains `old-code`'),
    ]);
  });

  it('say so when the codes cannot be found', () => {
    expect(errorCodesAreDocumented(repositoryOf({}))).toEqual([expect.stringContaining('no BffErrorCode found')]);
  });
});

describe('settings', () => {
  it('must be explained when a library reads them', () => {
    const problems = settingsAreDocumented(
      repositoryOf({
        'libs/server/src/server-config.ts':
          '// OTHER: no\nloadConfig({\n  PORT: z.coerce(),\n  LOG_LEVEL: z.string() });',
        'libs/server/src/names.ts': 'const x = { GET: 1 };',
        'libs/server/src/server-config.spec.ts': 'loadConfig({ ONLY_TEST: z.string() })',
        'docs/configuration.md': '| `PORT` | 3000 |',
      }),
    );
    expect(problems).toEqual([
      'docs/configuration.md: does not explain `LOG_LEVEL`, which libs/server/src/server-config.ts reads',
    ]);
  });
});

describe('the conformance page', () => {
  const title = (name: string): string => `it(\n  '${name}', () => {});`;
  const check = (rows: readonly string[], titles: Readonly<Record<string, string>>): string[] =>
    conformanceIsProven(repositoryOf({ 'docs/conformance.md': rows.join('\n'), ...titles }));

  it('is content when every number in a title has a row and every row an existing spec', () => {
    const rows = [
      '| number | requirement | reference | spec |',
      '| --- | --- | --- | --- |',
      '| 1 | a \\| b | RFC 1 | `libs/a/src/a.spec.ts`, `libs/a/test/b.contract.ts` |',
      ...[2, 3, 4, 7].map((number) => `|  ${number} | a | - | \`libs/c/src/c.services-spec.ts\` |`),
    ];
    const titles = {
      'libs/a/src/a.spec.ts': title('ca' + 'se 1: refuses'),
      'libs/a/test/b.contract.ts': title('is kept (ca' + 'se 7)'),
      'libs/c/src/c.services-spec.ts': title('ca' + 'ses 2 to 4: hold') + '// as in case 99',
    };
    expect(check(rows, titles)).toEqual([]);
  });

  it('must list every number that a title names', () => {
    const titles = { 'libs/a/src/a.spec.ts': title('ca' + 'se 1, 2: a') + title('ca' + 'ses 3 and 4: b') };
    expect(check(['| 1 | a | b | `libs/a/src/a.spec.ts` |'], titles)).toEqual(
      [2, 3, 4].map((number) => expect.stringContaining(`no row for case ${number}, which a title in libs/a`)),
    );
  });

  it('must name a spec in each row, one that exists, and each number once', () => {
    const rows = ['| 1 | a | b | `libs/a/src/gone.spec.ts` |', '| 1 | a | b | `README.md` |', '| 2 | a | b |  |'];
    expect(check(rows, { 'README.md': '' })).toEqual([
      expect.stringContaining('case 1 is proven by libs/a/src/gone.spec.ts'),
      expect.stringContaining('two rows for case 1'),
      expect.stringContaining('case 1 is proven by README.md'),
      expect.stringContaining('case 2 has no spec'),
    ]);
  });
});

describe('specs', () => {
  it.each(['it' + '.only(', 'describe' + '.skip(', 'it' + '.each.skip(', 'x' + 'it(', 'f' + 'describe('])(
    'may not use %s',
    (call) => {
      const problems = everySpecRuns(repositoryOf({ 'libs/a/src/a.spec.ts': `import 'b';\n  ${call}'x', () => {});` }));
      expect(problems).toEqual([expect.stringMatching(/^libs\/a\/src\/a\.spec\.ts:2: /)]);
    },
  );

  it('may use words that look alike', () => {
    expect(
      everySpecRuns(
        repositoryOf({ 'a.spec.ts': "it('skips what does not fit (or is not fit.)', () => exit(1)); list.only(2);" }),
      ),
    ).toEqual([]);
  });
});

describe('packages', () => {
  const complete = {
    'package.json': '{ "scripts": { "typecheck": "tsc -b && tsc -p apps/page" } }',
    'tsconfig.json': '{ "references": [{ "path": "libs/a" }] }',
    'libs/a/package.json':
      '{ "name": "@x/a", "private": true, "nx": { "tags": ["type:lib", "layer:core", "scope:shared"] } }',
    'libs/a/tsconfig.json': '{}',
  };

  it('are content with tags, a tsconfig and a reference or a script that checks the types', () => {
    const page = { 'apps/page/package.json': complete['libs/a/package.json'], 'apps/page/tsconfig.json': '{}' };
    expect(packagesAreComplete(repositoryOf({ ...complete, ...page }))).toEqual([]);
  });

  it('name all that a package lacks', () => {
    const problems = packagesAreComplete(
      repositoryOf({ ...complete, 'tools/b/package.json': '{ "name": "@x/b", "nx": { "tags": ["layer:tool"] } }' }),
    );
    expect(problems).toEqual([
      expect.stringContaining('no `type:...`'),
      expect.stringContaining('no `scope:...`'),
      expect.stringContaining('must say "private": true'),
      expect.stringContaining('tools/b: has no tsconfig.json'),
      expect.stringContaining('{ "path": "tools/b" }'),
    ]);
  });
});

describe('workspace imports', () => {
  const repository = (manifest: string, references: string, source: string): string[] =>
    workspaceImportsAreDeclared(
      repositoryOf({
        'libs/core/package.json': '{ "name": "@x/core" }',
        'libs/core-extra/package.json': '{ "name": "@x/core-extra" }',
        'apps/shop/one/package.json': `{ "name": "@x/one", "dependencies": { ${manifest} } }`,
        'apps/shop/one/tsconfig.json': `{ "references": [${references}] }`,
        'apps/shop/one/src/index.ts': source,
        'apps/shop/one/src/index.spec.ts': "import '@x/core-extra';",
      }),
    );

  it('are content when package.json and tsconfig.json name what the code imports', () => {
    expect(
      repository('"@x/core": "*", "zod": "*"', '{ "path": "../../../libs/core" }', "import { a } from '@x/core';"),
    ).toEqual([]);
  });

  it('must be declared and referenced', () => {
    expect(repository('', '', "import { a } from '@x/core';")).toEqual([
      expect.stringContaining('add "@x/core"'),
      expect.stringContaining('add a reference to libs/core'),
    ]);
  });

  it('must be used when they are declared', () => {
    expect(repository('"@x/core-extra": "*"', '{ "path": "../../../libs/core-extra" }', "// no '@x/core'")).toEqual([
      expect.stringContaining('remove the dependency "@x/core-extra"'),
      expect.stringContaining('remove the reference to libs/core-extra'),
    ]);
  });
});

describe('lock file', () => {
  it('must hold every platform package, wherever it is installed', () => {
    const optionalDependencies = { '@x/linux': '1', '@x/mac': '1', '@x/win': '1' };
    const packages = {
      'node_modules/tool': { optionalDependencies },
      'node_modules/tool/node_modules/@x/linux': {},
      'node_modules/@x/mac': {},
    };
    expect(lockFileIsComplete(repositoryOf({ 'package-lock.json': JSON.stringify({ packages }) }))).toEqual([
      expect.stringContaining('node_modules/tool lacks @x/win'),
    ]);
  });
});

describe('machine paths', () => {
  it('are found in any text', () => {
    const path = ['', 'home', 'me', 'portico'].join('/');
    expect(noMachinePaths(repositoryOf({ 'README.md': `cd ${path}`, 'a.png': path }))).toEqual([
      expect.stringContaining(`README.md: names the machine's path ${path}`),
    ]);
  });

  it('are not confused with paths of URLs', () => {
    expect(
      noMachinePaths(repositoryOf({ 'README.md': ['http://localhost:3000/api/pages', 'home', 'x'].join('/') })),
    ).toEqual([]);
  });
});
