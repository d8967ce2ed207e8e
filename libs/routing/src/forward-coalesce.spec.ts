import { eventually, httpRequest, reply, startFakeUpstream } from '@portico/testing';
import { defineUpstream } from '@portico/upstream';
import { type RunningApp, startApp } from '../test/start-app.ts';

/** What `count` clients get that ask for the same at the same time, and how many calls that made. */
async function askTogether(clients: readonly Record<string, string>[]): Promise<[bodies: string[], calls: number]> {
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const upstream = await startFakeUpstream(async (request, response) => {
    await gate;
    await reply({ body: `for ${request.headers['x-forwarded-host']}` })(request, response);
  });
  const shop = defineUpstream('shop', { url: upstream.url, coalesce: true });
  let app: RunningApp | undefined;
  try {
    const running = (app = await startApp(
      [shop],
      [{ methods: ['GET'], path: '/api/*', upstream: shop, to: '/*', auth: 'public', timeout: 5_000 }],
    ));
    const answers = clients.map((headers) => httpRequest(`${running.url}/api/products`, { headers }));
    // Without guards a request is on its way in the same turn.
    await eventually(() => running.contexts.filter(({ route }) => route !== undefined).length === clients.length);
    open();
    const bodies = (await Promise.all(answers)).map(({ body }) => body.toString());
    return [bodies, upstream.requests.length];
  } finally {
    await app?.close();
    await upstream.close();
  }
}

const SHOP = { host: 'shop.test' };

describe('a forwarding route of an upstream that coalesces', () => {
  it('makes one call for clients that ask the same, each with a request id and a trace of its own', async () => {
    const [bodies, calls] = await askTogether([SHOP, SHOP, SHOP]);
    expect(bodies).toEqual(['for shop.test', 'for shop.test', 'for shop.test']);
    expect(calls).toBe(1);
  });

  it('never shares between credentials, cookies, or the hosts that were asked', async () => {
    const [bodies, calls] = await askTogether([
      SHOP,
      { ...SHOP, authorization: 'Bearer one' },
      { ...SHOP, cookie: 'sid=1' },
      { host: 'evil.test' },
    ]);
    expect(bodies).toEqual(['for shop.test', 'for shop.test', 'for shop.test', 'for evil.test']);
    expect(calls).toBe(4);
  });
});
