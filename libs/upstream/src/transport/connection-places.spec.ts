import { BffError, type RequestContext } from '@portico/core';
import { FakeClock, testContext } from '@portico/testing';
import type { Dispatcher } from 'undici';
import { resolveSettings } from '../settings.ts';
import { openLongCalls } from '../transfers/long-calls.ts';
import { defineUpstream } from '../upstream.ts';
import { AfterTurn } from './after-turn.ts';
import { ConnectionPlaces } from './connection-places.ts';
import { ElasticPool } from './elastic-pool.ts';
import { Exchange } from './exchange.ts';

describe('connections to one instance', () => {
  const settings = resolveSettings(defineUpstream('shop', { url: 'http://127.0.0.1:1', connections: 1 }), {});
  let clock: FakeClock;
  let dispatched: Dispatcher.DispatchHandler[];
  let sizes: number[];
  let call: (ctx?: RequestContext) => Promise<string>;

  beforeEach(() => {
    clock = new FakeClock();
    dispatched = [];
    sizes = [];
    const connections = {
      settings,
      places: new ConnectionPlaces(1, (size) => sizes.push(size)),
      longCalls: openLongCalls(settings),
      afterTurn: new AfterTurn(),
      dispatch: (_: unknown, handler: Dispatcher.DispatchHandler) => void dispatched.push(handler),
    };
    call = (ctx = testContext({ clock })) =>
      new Promise((resolve) => {
        const settle = { resolve: () => resolve('answered'), reject: ({ code }: BffError) => resolve(code) };
        new Exchange(connections, { method: 'GET', target: '/', headers: [] }, ctx, settle).begin();
      });
  });

  it('a wait behind other calls is never the connect timeout of the instance, also while cut sockets are replaced', async () => {
    const first = testContext({ clock });
    void call(first);
    dispatched[0]!.onConnect!(() => undefined);
    const second = call();
    const third = call();
    clock.advance(900);
    first.abort(new BffError('client-aborted'));
    expect(dispatched).toHaveLength(2);
    clock.advance(100);
    expect(await third).toBe('upstream-saturated');
    clock.advance(800);
    void call();
    clock.advance(100);
    expect(await second).toBe('upstream-connect-timeout');
    expect(dispatched).toHaveLength(3);
  });

  it('a call given up while it waits is never sent', async () => {
    void call();
    const ctx = testContext({ clock });
    const second = call(ctx);
    ctx.abort(new BffError('client-aborted'));
    expect(await second).toBe('client-aborted');
    dispatched[0]!.onError!(new Error('broken'));
    expect(dispatched).toHaveLength(1);
    void call();
    expect(dispatched).toHaveLength(2);
  });

  it('become more while calls last that have places of their own', () => {
    const places = new ConnectionPlaces(4, (size) => sizes.push(size));
    places.enterLong();
    places.enterLong();
    places.leaveLong();
    expect(sizes).toEqual([5, 6, 5]);
  });

  it('are those of undici, whose pool keeps its limit where it is looked for', async () => {
    const pool = new ElasticPool('http://127.0.0.1:1', { connections: 1 });
    pool.resize(2);
    const refused = Array.from({ length: 3 }, () => pool.request({ path: '/', method: 'GET' }).catch(() => undefined));
    expect(pool.stats).toMatchObject({ queued: 1, size: 3 });
    await Promise.all(refused);
    await pool.close();
  });
});
