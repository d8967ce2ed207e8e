import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { usersOf } from './users-of.ts';

const FILES: Readonly<Record<string, string>> = {
  'libs/net/src/index.ts': "export { IpRanges } from './ranges.ts';\nexport { plain } from './address.ts';",
  'libs/net/src/ranges.ts': "import { embedded } from './embedded.ts';\nexport class IpRanges {}",
  'libs/net/src/embedded.ts': 'export function embedded() {}',
  'libs/net/src/address.ts': 'export function plain() {}',
  'libs/net/src/alone.ts': 'export const ALONE = 1;',
  'libs/server/src/config.ts': "import { IpRanges } from '@portico/net';",
  'libs/server/src/config.spec.ts': '',
  'libs/server/src/other.ts': "import { plain } from '@portico/net';",
  'libs/server/src/lists/egress.ts': "import {\n  IpRanges,\n} from '@portico/net';",
  'libs/server/src/lists/egress-names.spec.ts': '',
  'libs/server/src/lists/list.spec.ts': "import { open } from './egress.ts';",
  'libs/server/src/lists/other.spec.ts': '',
  'apps/shop/src/own.spec.ts': "import { IpRanges } from '@portico/net';",
  'tools/audit/src/main.ts': "import { IpRanges } from '@portico/other';",
  'tools/audit/src/main.spec.ts': '',
};

describe('the specs of other projects that use a source', () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'users-'));
    for (const [path, text] of Object.entries(FILES)) {
      mkdirSync(join(root, dirname(path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  });
  afterAll(() => rmSync(root, { recursive: true }));

  const usersOfRanges = [
    'apps/shop/src/own.spec.ts',
    'libs/server/src/config.spec.ts',
    'libs/server/src/lists/egress-names.spec.ts',
    'libs/server/src/lists/list.spec.ts',
  ];

  it('import its exports, or are those of a source that does', () => {
    expect(usersOf('libs/net/src/ranges.ts', root)).toEqual(usersOfRanges);
  });

  it('are those of its nearest user in the library when its own exports stay inside', () => {
    expect(usersOf('libs/net/src/embedded.ts', root)).toEqual(usersOfRanges);
  });

  it('are none when nothing of it leaves the library', () => {
    expect(usersOf('libs/net/src/alone.ts', root)).toEqual([]);
  });
});
