import { BffError, type RequestContext } from '@portico/core';
import { FakeClock, testContext } from '@portico/testing';
import { defineUpstream } from '@portico/upstream';
import { z } from 'zod';
import { ScriptedUpstreams, settled } from '../test/scripted-upstreams.ts';
import { compileView } from './compile-view.ts';
import { Plan } from './plan.ts';
import { view } from './view.ts';

const CALLS = 4;
const catalog = defineUpstream('catalog', { url: 'http://127.0.0.1:4001' });
const input = z.object({});
const keys = z.object({ keys: z.array(z.string()) });

const wide = view({
  input: keys,
  plan: Plan.for<{ keys: string[] }>()
    .optional('first', () => catalog.get<object>`/first`, { timeout: 100 })
    .requiredEach('lines', (given) => given.keys, { call: (key) => catalog.get`/lines/${key}`, concurrency: 3 }),
});
/** Pages that need so many places at once. */
const needing = (places: number) => {
  let plan = Plan.for<object>() as unknown as { required(name: string, call: () => unknown): typeof plan };
  for (let part = 0; part < places; part++) plan = plan.required(`p${part}`, () => catalog.get`/probe`);
  return view({ input, plan: plan as unknown as Plan<object> });
};

/** A page of `wide` under way, and whether others find places. */
class Shop {
  readonly clock = new FakeClock();
  readonly upstreams = new ScriptedUpstreams(['catalog'], false, CALLS);
  readonly ctx: RequestContext = testContext({ clock: this.clock });
  readonly answer: Promise<unknown>;

  constructor(given: readonly string[]) {
    this.answer = compileView(wide, this.upstreams)({ keys: given }, this.ctx).catch((error: BffError) => error.code);
  }

  /** Whether a page that needs so many places is let in now; it ends at once. */
  async hasRoomFor(places: number): Promise<boolean> {
    const before = this.upstreams.calls.length;
    const ctx = testContext({ clock: this.clock });
    const page = compileView(needing(places), this.upstreams)({}, ctx).catch(() => undefined);
    await settled();
    ctx.abort(new BffError('client-aborted'));
    await page;
    return this.upstreams.calls.length > before;
  }
}

describe('the places of a page', () => {
  it('are all taken before its first call', async () => {
    const shop = new Shop(['1', '2', '3']);
    await settled();
    expect(await shop.hasRoomFor(1)).toBe(false);
    shop.ctx.abort(new BffError('client-aborted'));
  });

  it('go back part by part', async () => {
    const shop = new Shop(['1', '2', '3']);
    await settled();
    shop.upstreams.to('/first').answer({});
    await settled();
    expect([await shop.hasRoomFor(1), await shop.hasRoomFor(2)]).toEqual([true, false]);
    shop.ctx.abort(new BffError('client-aborted'));
  });

  it('go back where a fan-out makes fewer calls than it may', async () => {
    const shop = new Shop(['1']);
    await settled();
    expect([await shop.hasRoomFor(2), await shop.hasRoomFor(3)]).toEqual([true, false]);
    shop.ctx.abort(new BffError('client-aborted'));
  });

  it.each<[string, (shop: Shop) => void]>([
    ['it is answered', ({ upstreams }) => upstreams.calls.forEach((call) => call.answer({}))],
    ['a required part fails', ({ upstreams }) => upstreams.to('/lines/1').fail('upstream-reset')],
    ['its client leaves', ({ ctx }) => ctx.abort(new BffError('client-aborted'))],
    ['its deadline comes', ({ ctx }) => ctx.abort(new BffError('deadline-exceeded'))],
    [
      'a part is late and the others are there',
      ({ upstreams, clock }) => {
        for (const target of ['/lines/1', '/lines/2', '/lines/3']) upstreams.to(target).answer({});
        clock.advance(100);
      },
    ],
  ])('are all back when %s', async (_, end) => {
    const shop = new Shop(['1', '2', '3']);
    await settled();
    end(shop);
    await shop.answer;
    await settled();
    expect(await shop.hasRoomFor(CALLS)).toBe(true);
    expect(shop.clock.pending).toBe(0);
  });

  it('are back when its client leaves while it waits, and nothing was called', async () => {
    const shop = new Shop(['1', '2', '3']);
    await settled();
    const ctx = testContext({ clock: shop.clock });
    const second = compileView(wide, shop.upstreams)({ keys: ['9'] }, ctx).catch((error: BffError) => error.code);
    ctx.abort(new BffError('client-aborted'));
    expect(await second).toBe('client-aborted');
    expect(shop.upstreams.targets).not.toContain('/lines/9');
    shop.ctx.abort(new BffError('client-aborted'));
    await shop.answer;
    expect(await shop.hasRoomFor(CALLS)).toBe(true);
  });

  it('are not asked for by a page whose input is wrong', async () => {
    const shop = new Shop(['1', '2', '3']);
    await settled();
    const wrong = compileView(wide, shop.upstreams)({}, testContext({ clock: shop.clock }));
    await expect(wrong).rejects.toMatchObject({ code: 'input-invalid' });
    shop.ctx.abort(new BffError('client-aborted'));
  });
});
