import { Plan, view } from '@portico/aggregation';
import { type Access, ConfigError } from '@portico/core';
import { defineUpstream, type Upstream, type UpstreamOptions } from '@portico/upstream';
import { z } from 'zod';
import { openDoor } from '../test/open-door.ts';
import { startApp } from '../test/start-app.ts';
import type { Route } from './route.ts';

const door = openDoor({ tokenFor: () => 'Bearer abc' });
const shopWith = (options: Partial<UpstreamOptions>): Upstream =>
  defineUpstream('shop', { url: 'http://shop.test', ...options });

function forwardTo(upstream: Upstream, auth: Access): Route {
  return { methods: ['GET', 'POST'], path: '/api/*', upstream, to: '/*', auth, timeout: 2_000 };
}

function viewOf(upstream: Upstream, auth: Access): Route {
  const input = z.object({ ids: z.array(z.string()) });
  const plan = Plan.for<z.infer<typeof input>>()
    .required('one', () => upstream.get`/one`)
    .optional('again', () => upstream.get`/again`);
  return { methods: ['GET'], path: '/page', view: view({ input, plan }), auth, timeout: 2_000 };
}

async function problemsOf(upstream: Upstream, route: Route, guards = [door]): Promise<readonly string[]> {
  try {
    await (await startApp([upstream], [route], guards)).close();
  } catch (error) {
    return ConfigError.problemsOf(error);
  }
  return [];
}

const USER_TOKENS = [{ token: 'user' }, { token: { exchange: { audience: 'ordering' } } }] as const;

describe('a public row', () => {
  it.each(USER_TOKENS)('does not start in front of an upstream that gets %j: nobody has one', async (options) => {
    const shop = shopWith(options);
    const rest =
      'is public, but upstream shop gets a token of the user: say who may call the row (auth: "user"), ' +
      'or give the upstream another token ("none" or { client: {} })';
    expect(await problemsOf(shop, forwardTo(shop, 'public'))).toEqual([`route GET,POST /api/*: ${rest}`]);
    expect(await problemsOf(shop, viewOf(shop, 'public'))).toEqual([`route GET /page: ${rest}`]);
  });

  it.each<Partial<UpstreamOptions>>([{}, { token: { client: { scope: 'read' } } }, { claims: { 'x-user-id': 'sub' } }])(
    'starts in front of one that gets %j',
    async (options) => {
      const shop = shopWith(options);
      expect(await problemsOf(shop, forwardTo(shop, 'public'))).toEqual([]);
      expect(await problemsOf(shop, viewOf(shop, 'public'))).toEqual([]);
    },
  );
});

it.each<Access>(['user', { roles: ['staff'] }])('a row for %j starts in front of any upstream', async (auth) => {
  for (const options of USER_TOKENS) {
    const shop = shopWith(options);
    expect(await problemsOf(shop, forwardTo(shop, auth))).toEqual([]);
    expect(await problemsOf(shop, viewOf(shop, auth))).toEqual([]);
  }
});

describe('a BFF without a door', () => {
  it.each<[keyof UpstreamOptions, Partial<UpstreamOptions>]>([
    ['token', { token: { client: {} } }],
    ['claims', { claims: { 'x-user-id': 'sub' } }],
  ])('does not start with upstreams that have %s', async (option, options) => {
    const shop = shopWith(options);
    const problems = [`upstream shop: ${option}: needs AuthModule, which the BFF does not import`];
    expect(await problemsOf(shop, forwardTo(shop, 'public'), [])).toEqual(problems);
    const indifferent = { canActivate: () => true };
    expect(await problemsOf(shop, forwardTo(shop, 'public'), [indifferent])).toEqual(problems);
  });
});
