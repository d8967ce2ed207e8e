import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const WORKSPACE = resolve(__dirname, '../../..');
jest.setTimeout(180_000);

/** Nx, without what an Nx that runs us has told us. */
function nx(root: string, ...words: string[]): string {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('NX_'));
  const env = { ...Object.fromEntries(own), NX_DAEMON: 'false', NX_ISOLATE_PLUGINS: 'false', NO_COLOR: '1' };
  return execFileSync(process.execPath, [join(WORKSPACE, 'node_modules/nx/dist/bin/nx.js'), ...words], {
    cwd: root,
    env,
    encoding: 'utf8',
  });
}

describe('nx build', () => {
  it.each([
    ['web-bff', 'storefront'],
    ['admin-bff', 'console'],
  ])('of %s builds %s, whose pages it serves', (bff, pages) => {
    const { tasks } = JSON.parse(nx(WORKSPACE, 'build', bff, '--graph=stdout')) as { tasks: object };
    expect(Object.keys((tasks as { tasks: object }).tasks)).toContain(`${pages}:build`);
  });

  it('takes away what was made of sources that are gone', () => {
    const root = mkdtempSync(join(tmpdir(), 'portico-build-'));
    const write = (path: string, text: string) => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    };
    try {
      for (const file of ['nx.json', 'tsconfig.base.json']) cpSync(join(WORKSPACE, file), join(root, file));
      symlinkSync(join(WORKSPACE, 'node_modules'), join(root, 'node_modules'));
      write('package.json', JSON.stringify({ name: 'fixture', private: true, workspaces: ['libs/*'] }));
      write('package-lock.json', JSON.stringify({ name: 'fixture', lockfileVersion: 3, packages: {} }));
      write('libs/words/package.json', JSON.stringify({ name: 'words', nx: { targets: { build: {} } } }));
      cpSync(join(WORKSPACE, 'libs/core/tsconfig.json'), join(root, 'libs/words/tsconfig.json'));
      write('libs/words/src/kept.ts', 'export const kept = 1;\n');
      write('libs/words/src/old.ts', 'export const old = 1;\n');
      nx(root, 'build', 'words');
      expect(existsSync(join(root, 'libs/words/dist/old.js'))).toBe(true);
      rmSync(join(root, 'libs/words/src/old.ts'));
      nx(root, 'build', 'words');
      expect(existsSync(join(root, 'libs/words/dist/kept.js'))).toBe(true);
      expect(existsSync(join(root, 'libs/words/dist/old.js'))).toBe(false);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});
