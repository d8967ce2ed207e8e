import { Module } from '@nestjs/common';
import { type Route, RoutingModule } from '@portico/routing';
import { defineUpstream, type UpstreamOptions } from '@portico/upstream';
import { describeBff } from './describe-bff.ts';
import type { BffDescription } from './operation.ts';
import { differencesBetween, parity, parseWanted } from './parity.ts';

type Row = Partial<Extract<Route, { to: string }>>;

async function bffNamed(
  name: string,
  rows: readonly Row[],
  options: Partial<UpstreamOptions> = {},
): Promise<BffDescription> {
  const upstream = defineUpstream('shop', { url: 'http://127.0.0.1:1', ...options });
  const routes = rows.map((row): Route => ({
    methods: ['GET'],
    path: '/orders/:id',
    to: '/orders/:id',
    upstream,
    auth: 'user',
    timeout: 1_000,
    ...row,
  }));
  @Module({ imports: [RoutingModule.forRoot({ name, upstreams: [upstream], routes })] })
  class BffModule {}
  return describeBff({ name, port: 0, module: BffModule });
}

describe('parity of BFFs', () => {
  it('compares what goes to the same operation of an upstream, whatever the public path and the names of parameters', async () => {
    const web = await bffNamed('web', [{ auth: 'public', timeout: 2_000 }]);
    const admin = await bffNamed('admin', [
      { path: '/a/:order', to: '/orders/:order', auth: { roles: ['staff'] }, timeout: 2_000 },
    ]);
    expect(differencesBetween([web, admin])).toEqual([
      { operation: 'shop GET /orders/:', field: 'who', values: { web: 'everybody', admin: 'role staff' } },
    ]);
  });

  it.each<[string, Row, Partial<UpstreamOptions>]>([
    ['who', { auth: 'public' }, {}],
    ['timeout', { timeout: 2_000 }, {}],
    ['body', { maxBodyBytes: 4_096 }, {}],
    ['token', {}, { token: 'user' }],
  ])('sees a difference in %s', async (field, row, options) => {
    const web = await bffNamed('web', [{ methods: ['POST'] }]);
    const other = await bffNamed('mobile', [{ methods: ['POST'], ...row }], options);
    expect(differencesBetween([web, other]).map((difference) => difference.field)).toEqual([field]);
  });

  it('finds nothing where rows agree, methods differ, only one BFF has the operation, or no body is read', async () => {
    const web = await bffNamed('web', [{}, { path: '/only', to: '/only', auth: 'public' }]);
    const mobile = await bffNamed('mobile', [{ maxBodyBytes: 1 }, { methods: ['POST'], auth: 'public' }]);
    expect(differencesBetween([web, mobile])).toEqual([]);
  });

  it('shows both ways when one BFF has two', async () => {
    const web = await bffNamed('web', [{}, { path: '/track/:id', auth: 'public' }]);
    const mobile = await bffNamed('mobile', [{}]);
    expect(differencesBetween([web, mobile])).toEqual([
      { operation: 'shop GET /orders/:', field: 'who', values: { web: 'any user | everybody', mobile: 'any user' } },
    ]);
  });

  it('passes what is declared with its values, and nothing else', async () => {
    const bffs = [await bffNamed('web', [{ auth: 'public' }]), await bffNamed('admin', [{}])];
    const undeclared = parity(bffs, []);
    expect(undeclared.isClean).toBe(false);
    expect(undeclared.text).toContain('UNDECLARED');
    const pasted = /^ {4}(\{.*\})$/m.exec(undeclared.text)![1]!;
    const reason = 'guests see their order by its id';
    const [wanted] = parseWanted(
      `{ "wanted": [${pasted.replace('"reason":""', `"reason":"${reason}"`)}] }`,
      'parity.json',
    );
    const declared = parity([...bffs].reverse(), [wanted!]);
    expect(declared).toMatchObject({ isClean: true, text: expect.stringContaining(reason) as string });

    const changed = parity(bffs, [{ ...wanted!, values: { web: 'everybody', admin: 'role staff' } }]);
    expect(changed.isClean).toBe(false);
    expect(changed.text).toContain('UNDECLARED');
    expect(changed.text).toContain('parity.json: who of shop GET /orders/: is not as declared');
  });

  it('breaks on a declaration that is for nothing', async () => {
    const bffs = [await bffNamed('web', [{}]), await bffNamed('admin', [{}])];
    const wanted = { operation: 'shop GET /orders/:', field: 'who' as const, values: {}, reason: 'it was so once' };
    expect(parity(bffs, [wanted]).isClean).toBe(false);
    expect(parity(bffs, []).isClean).toBe(true);
  });
});
