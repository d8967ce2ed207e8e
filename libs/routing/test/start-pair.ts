import { type FakeUpstream, type FakeUpstreamOptions, type Script, startFakeUpstream } from '@portico/testing';
import { defineUpstream } from '@portico/upstream';
import type { ForwardRoute } from '../src/index.ts';
import { type RunningApp, startApp } from './start-app.ts';

/** A gateway with one route and the upstream behind it. */
export interface Pair {
  readonly upstream: FakeUpstream;
  readonly app: RunningApp;
  close(): Promise<void>;
}

/**
 * Starts a fake upstream and a gateway that forwards `/api/*` to it, all methods.
 *
 * @param row what the route has beside that
 * @param basePath of the upstream's URL
 */
export async function startPair(
  script: Script,
  row: Partial<ForwardRoute> = {},
  { basePath = '', ...options }: FakeUpstreamOptions & { readonly basePath?: string } = {},
): Promise<Pair> {
  const upstream = await startFakeUpstream(script, options);
  const shop = defineUpstream('shop', { url: `${upstream.url}${basePath}` });
  const route: ForwardRoute = {
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    path: '/api/*',
    upstream: shop,
    to: '/*',
    auth: 'public',
    timeout: 5000,
    ...row,
  };
  const app = await startApp([shop], [route]).catch(async (error: unknown) => {
    await upstream.close();
    throw error;
  });
  return {
    upstream,
    app,
    close: async () => {
      await app.close();
      await upstream.close();
    },
  };
}
