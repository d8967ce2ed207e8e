import type { RequestContext } from '@portico/core';
import { testContext, seededRandom } from '@portico/testing';
import { get, instances } from '../../test/instances.ts';
import { withCandidates } from '../../test/shares.ts';
import { opaqueId } from '../instances/opaque-id.ts';
import type { UpstreamInstance } from '../instances/upstream-instance.ts';
import { CookieAffinityBalancer } from './cookie-affinity.balancer.ts';
import { RandomBalancer } from './random.balancer.ts';

const affinity = (): CookieAffinityBalancer =>
  new CookieAffinityBalancer({ upstream: 'shop', cookie: 'at', inner: new RandomBalancer(seededRandom()) });
const clientWith = (cookie?: string, protocol: 'http' | 'https' = 'http'): RequestContext =>
  testContext({
    headers: { cookie },
    client: { address: '192.0.2.7', host: 'shop.test', protocol },
    replyHeaders: ['x-request-id', '1'],
  });
const cookiesSetBy = ({ replyHeaders }: RequestContext): string[] =>
  replyHeaders.filter((_, index) => replyHeaders[index - 1] === 'set-cookie');

describe('cookie affinity', () => {
  const all = instances(5);
  const tokenOf = (instance: UpstreamInstance): string => opaqueId('shop', instance);

  it('names the instance to a client that comes for the first time, by a hash and not by its address', () => {
    const ctx = clientWith();
    const chosen = withCandidates(affinity(), all).choose(get(), ctx, 0)!;
    expect(cookiesSetBy(ctx)).toEqual([`at=${tokenOf(chosen)}; Path=/; HttpOnly; SameSite=Lax`]);
    expect(tokenOf(chosen)).toMatch(/^[0-9a-f]{8}$/);
  });

  it('keeps the cookie to secure connections for a client that has one', () => {
    const ctx = clientWith(undefined, 'https');
    withCandidates(affinity(), all).choose(get(), ctx, 0);
    expect(cookiesSetBy(ctx)[0]).toMatch(/; SameSite=Lax; Secure$/);
  });

  it('keeps a client where it is, in every gateway, and sets nothing again', () => {
    for (const instance of all) {
      const ctx = clientWith(`theme=dark; at=${tokenOf(instance)}`);
      expect(withCandidates(affinity(), all).choose(get(), ctx, 0)).toBe(instance);
      expect(cookiesSetBy(ctx)).toEqual([]);
    }
  });

  it.each(['', 'nonsense', '00000000', '__proto__'])('chooses anew for a cookie that names nobody: %j', (token) => {
    const ctx = clientWith(`at=${token}`);
    const chosen = withCandidates(affinity(), all).choose(get(), ctx, 0)!;
    expect(cookiesSetBy(ctx)).toEqual([expect.stringContaining(`at=${tokenOf(chosen)};`)]);
  });

  it('case 95: moves a client whose instance is lost', () => {
    const balancer = withCandidates(affinity(), all);
    balancer.update(all.slice(1), all);
    const ctx = clientWith(`at=${tokenOf(all[0]!)}`);
    const chosen = balancer.choose(get(), ctx, 0)!;
    expect(chosen).not.toBe(all[0]);
    expect(cookiesSetBy(ctx)[0]).toContain(tokenOf(chosen));
  });

  it('sets one cookie for all calls of a request, and the one of the attempt that counts', () => {
    const balancer = withCandidates(affinity(), all);
    const ctx = clientWith();
    const first = balancer.choose(get(), ctx, 0)!;
    for (let call = 0; call < 20; call++) expect(balancer.choose(get(), ctx.child(), 0)).toBe(first);
    const second = balancer.choose(get({ avoid: [first] }), ctx, 0)!;
    expect(second).not.toBe(first);
    expect(cookiesSetBy(ctx)).toEqual([expect.stringContaining(tokenOf(second))]);
  });

  it('leaves the client at its only instance when that fails', () => {
    const ctx = clientWith(`at=${tokenOf(all[0]!)}`);
    expect(withCandidates(affinity(), [all[0]!]).choose(get({ avoid: [all[0]!] }), ctx, 0)).toBe(all[0]);
    expect(cookiesSetBy(ctx)).toEqual([]);
  });
});
