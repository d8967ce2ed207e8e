import fc from 'fast-check';
import type { CheckedRoute } from './check-routes.ts';
import { covers, overlaps, parseTemplate, type PathTemplate, shapeOf } from './path-template.ts';
import { refusedMethods } from './refused-methods.ts';
import type { Method, Route } from './route.ts';

const ALL = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

function row(path: string, ...methods: Method[]): CheckedRoute {
  return { route: {} as Route, path: parseTemplate(path) as PathTemplate, methods };
}

describe('refusedMethods', () => {
  it.each([
    ['/a', ['/:x'], false],
    ['/a', ['/b', '/a/:x', '/:x/y', '/a/*', '/:x/*'], true],
    ['/a/b', ['/a/*'], false],
    ['/a/b', ['/a/b/*', '/a/c/*'], true],
    ['/a/:x', ['/:x/b'], false],
    ['/a/:x', ['/a/b', '/a/b/*', '/b/*'], true],
    ['/a/:x', ['/a/*'], false],
    ['/a/*', ['/a/:x', '/a/b/c', '/a/:x/*', '/b/*'], true],
    ['/a/*', ['/:x/*'], false],
    ['/*', ['/a', '/:x', '/a/*', '/'], true],
    ['/', ['/*', '/:x', '/a'], true],
  ])('refuses at %s what %j serve: %s', (path, others, isRefused) => {
    const rows = [row(path, 'GET'), ...others.map((other) => row(other, 'POST'))];
    const own = refusedMethods(rows).find((one) => one.path.text === path)!;
    expect(own.refused.includes('POST')).toBe(isRefused);
  });

  it('leaves to wider rows what they serve, and nothing else', () => {
    const segment = fc.constantFrom('a', 'b', 'c', ':x');
    const path = fc
      .tuple(fc.array(segment, { maxLength: 4 }), fc.boolean())
      .map(
        ([segments, hasRest]) =>
          `/${[...segments.map((one, at) => (one === ':x' ? `:x${at}` : one)), ...(hasRest ? ['*'] : [])].join('/')}`,
      );
    const methods = fc.uniqueArray(fc.constantFrom<Method>('GET', 'POST', 'PUT', 'OPTIONS'), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(fc.tuple(path, methods), { maxLength: 12 }), (table) => {
        const rows = table.map(([text, served]) => row(text, ...served));
        for (const { path: own, refused, allow } of refusedMethods(rows)) {
          const same = rows.filter((other) => shapeOf(other.path) === shapeOf(own));
          const wider = rows.filter((other) => overlaps(other.path, own) && !covers(own, other.path));
          expect(allow).toBe(ALL.filter((method) => serves(same, method)).join(', '));
          expect(refused).toEqual(ALL.filter((method) => !serves(same, method) && !serves(wider, method)));
        }
      }),
    );
  });

  it('looks at each path a number of times that does not grow with the table', () => {
    const looksAt = (count: number): number => {
      let looks = 0;
      const rows = Array.from({ length: count }, (_, index) => {
        const made = row(PATHS[index % PATHS.length]!.replace('N', `r${index}`), 'GET');
        const { segments } = made.path;
        const path = Object.defineProperty({ ...made.path }, 'segments', { get: () => (looks++, segments) });
        return { ...made, path };
      });
      refusedMethods(rows);
      return looks / count;
    };
    expect(looksAt(2_000)).toBeLessThanOrEqual(looksAt(200) * 1.1);
  });
});

const PATHS = ['/api/N/:id', '/api/N', '/api/N/*', '/:tenant/N', '/N/:id', '/api/:version/N', '/api/N/:id/items/:item'];

function serves(rows: readonly CheckedRoute[], method: string): boolean {
  return rows.some(({ methods }) => (methods as readonly string[]).includes(method === 'HEAD' ? 'GET' : method));
}
