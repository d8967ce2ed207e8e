import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkRoutes } from './check-routes.ts';
import { DEFAULT_REQUEST_HEADERS, DEFAULT_RESPONSE_HEADERS } from './header-names.ts';
import type { Route } from './route.ts';

const page = readFileSync(join(__dirname, '../../../docs/routes.md'), 'utf8');

describe('docs/routes.md', () => {
  it.each([
    ['to the upstream', DEFAULT_REQUEST_HEADERS],
    ['to the client', DEFAULT_RESPONSE_HEADERS],
  ])('lists the header fields that pass %s by default', (where, fields) => {
    const [, list] = new RegExp(`^\\*\\*Passes ${where} by default:\\*\\* (.*)\\.$`, 'm').exec(page)!;
    expect([...list!.matchAll(/`([^`]+)`/g)].map(([, name]) => name)).toEqual(fields);
  });

  it('explains every field of a row, and none that there is not', () => {
    const explained = [...page.matchAll(/^\| `([a-zA-Z]+)` +\|/gm)].map(([, name]) => name!);
    const fields = explained.filter((name) => !['allow', 'remove', 'set'].includes(name));
    const row = Object.fromEntries(fields.map((name) => [name, undefined]));
    const problems = (of: object): string => {
      try {
        checkRoutes([of as unknown as Route], new Set());
      } catch (error) {
        return String((error as { problems?: unknown }).problems);
      }
      return '';
    };
    const forward = Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'view'));
    expect(fields).toEqual(expect.arrayContaining(['methods', 'path', 'auth', 'timeout', 'view', 'upstream', 'to']));
    expect(fields).toEqual(expect.arrayContaining(['maxBodyBytes', 'headers', 'query', 'rewrite', 'idempotent']));
    expect(problems(forward)).not.toContain('is not a setting');
    expect(problems({ ...forward, fields: 1 })).toContain('"fields" is not a setting of this kind of route');
  });
});
