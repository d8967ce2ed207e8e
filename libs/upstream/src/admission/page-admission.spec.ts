import { BffError, type RequestContext } from '@portico/core';
import { FakeClock, testContext } from '@portico/testing';
import fc from 'fast-check';
import { Slots } from '../gates/bulkhead/slots.ts';
import { BULKHEAD, type BulkheadPolicy } from '../policies/bulkhead.policy.ts';
import type { Booking } from './booking.ts';
import { PageAdmission } from './page-admission.ts';
import type { PagePlaces } from './page-places.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));
const slotsOf = (name: string, policy: Partial<BulkheadPolicy> = {}): Slots =>
  new Slots(BULKHEAD.parse({ calls: 4, queue: 4, queueTimeout: 1_000, ...policy }), name);

/** A door for pages with required parts, as many at one time at each upstream as given. */
const doorTo = (...needs: readonly (readonly [Slots, number])[]): PageAdmission =>
  new PageAdmission(needs.map(([slots, places]) => ({ slots, places, calls: places, isRequired: true })));

const outcomeOf = (entered: PagePlaces | Promise<PagePlaces>): Promise<PagePlaces | string> =>
  Promise.resolve(entered).catch((error: BffError) => error.code);

describe('admission of pages', () => {
  it('lets a page in at once while there are places, and sets no timer for it', () => {
    const clock = new FakeClock();
    const catalog = slotsOf('catalog');
    const places = doorTo([catalog, 3]).enter(testContext({ clock }));
    expect(places).not.toBeInstanceOf(Promise);
    expect([catalog.free, clock.pending]).toEqual([1, 0]);
    (places as PagePlaces).close();
    expect(catalog.free).toBe(4);
  });

  it('keeps what comes free for the page that came first, and not for single calls behind it', async () => {
    const catalog = slotsOf('catalog');
    const singles = [catalog.tryTake(), catalog.tryTake(), catalog.tryTake()];
    expect(singles).toEqual([true, true, true]);
    const page = doorTo([catalog, 3]).enter(testContext());
    expect(catalog.tryTake()).toBe(false);
    const single = catalog.wait(testContext());
    catalog.release();
    expect(catalog.free).toBe(2);
    catalog.release();
    expect(catalog.free).toBe(0);
    ((await page) as PagePlaces).close();
    await single;
    expect(catalog.free).toBe(2);
  });

  it('takes the places of all its upstreams at once, and none while it waits', async () => {
    const [catalog, reviews] = [slotsOf('catalog'), slotsOf('reviews', { calls: 1 })];
    reviews.tryTake();
    const page = doorTo([catalog, 4], [reviews, 1]).enter(testContext());
    expect(catalog.free).toBe(4);
    expect(catalog.tryTake()).toBe(true);
    reviews.release();
    expect([catalog.free, reviews.free]).toEqual([3, 1]);
    catalog.release();
    expect([catalog.free, reviews.free]).toEqual([0, 0]);
    ((await page) as PagePlaces).close();
    expect([catalog.free, reviews.free]).toEqual([4, 1]);
  });

  it('lets those behind a page in that has left the line', async () => {
    const catalog = slotsOf('catalog');
    for (let taken = 0; taken < 3; taken++) catalog.tryTake();
    const ctx = testContext();
    const page = outcomeOf(doorTo([catalog, 4]).enter(ctx));
    const single = catalog.wait(testContext());
    ctx.abort(new BffError('client-aborted'));
    await single;
    expect([await page, catalog.free]).toEqual(['client-aborted', 0]);
  });

  it('refuses a page when the line is full, and one that waits longer than it may', async () => {
    const clock = new FakeClock();
    const catalog = slotsOf('catalog', { queue: 1 });
    const door = doorTo([catalog, 4]);
    catalog.tryTake();
    const waiting = outcomeOf(door.enter(testContext({ clock })));
    expect(await outcomeOf(door.enter(testContext({ clock })))).toBe('upstream-saturated');
    clock.advance(1_000);
    expect(await waiting).toBe('upstream-saturated');
    expect([catalog.free, clock.pending]).toEqual([3, 0]);
  });

  it('counts in the line of an upstream only those who lack its places', async () => {
    const [catalog, hung] = [slotsOf('catalog', { queue: 1 }), slotsOf('hung', { calls: 1 })];
    hung.tryTake();
    for (let page = 0; page < 4; page++) void outcomeOf(doorTo([catalog, 1], [hung, 1]).enter(testContext()));
    for (let taken = 0; taken < 4; taken++) expect(catalog.tryTake()).toBe(true);
    const single = catalog.wait(testContext());
    catalog.release();
    await single;
  });

  it('goes on without the places that only optional parts need', () => {
    const [catalog, hung] = [slotsOf('catalog'), slotsOf('hung', { calls: 1 })];
    hung.tryTake();
    const optional = { slots: hung, places: 1, calls: 1, isRequired: false };
    const door = new PageAdmission([{ slots: catalog, places: 1, calls: 1, isRequired: true }, optional]);
    const places = door.enter(testContext()) as PagePlaces;
    expect(places.use(hung)).toBeUndefined();
    expect(places.use(catalog)).toBeDefined();
  });
});

/** One page of the property below, and the calls that it has under way. */
interface RunningPage {
  readonly ctx: RequestContext;
  places: PagePlaces | undefined;
  readonly calls: Booking[];
  isOver: boolean;
}

describe('admission of pages, whatever happens in whatever order', () => {
  const CALLS = 4;
  const step = fc.record({
    kind: fc.constantFrom('page', 'row', 'call', 'return', 'renounce', 'end', 'release', 'abort', 'wait'),
    which: fc.nat(),
    needs: fc.tuple(
      fc.integer({ min: 0, max: CALLS }),
      fc.integer({ min: 0, max: CALLS }),
      fc.integer({ min: 0, max: CALLS }),
    ),
  });

  it('gives every place back exactly once, exceeds no bound, and leaves nobody waiting who could go', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
        const clock = new FakeClock();
        const all = ['a', 'b', 'c'].map((name) => slotsOf(name));
        const pages: RunningPage[] = [];
        const rows: Slots[] = [];
        const contexts: RequestContext[] = [];
        let waiting = 0;
        const enter = async (needs: readonly number[]): Promise<void> => {
          const ctx = testContext({ clock });
          contexts.push(ctx);
          const wanted = all.flatMap((slots, index) => (needs[index]! > 0 ? [[slots, needs[index]!] as const] : []));
          const page: RunningPage = { ctx, places: undefined, calls: [], isOver: false };
          waiting++;
          const places = await outcomeOf(doorTo(...wanted).enter(ctx));
          waiting--;
          if (typeof places !== 'string') pages.push(Object.assign(page, { places }));
        };
        const row = async (slots: Slots): Promise<void> => {
          const ctx = testContext({ clock });
          contexts.push(ctx);
          waiting++;
          const isIn =
            slots.tryTake() ||
            (await slots.wait(ctx).then(
              () => true,
              () => false,
            ));
          waiting--;
          if (isIn) rows.push(slots);
        };
        const endPage = (page: RunningPage | undefined): void => {
          if (!page || page.isOver) return;
          page.isOver = true;
          page.places!.close();
        };
        for (const { kind, which, needs } of steps) {
          const page = pages[which % pages.length];
          const slots = all[which % all.length]!;
          if (kind === 'page') void enter(needs);
          else if (kind === 'row') void row(slots);
          else if (kind === 'call' && page && !page.isOver) {
            const booking = page.places!.use(slots);
            if (booking) page.calls.push(booking);
          } else if (kind === 'return') page?.calls.pop()?.leave();
          else if (kind === 'renounce' && page && !page.isOver) page.places!.renounce(0, 1);
          else if (kind === 'end') endPage(page);
          else if (kind === 'release') rows.splice(which % rows.length, 1)[0]?.release();
          else if (kind === 'abort') contexts[which % contexts.length]?.abort(new BffError('client-aborted'));
          else if (kind === 'wait') clock.advance(400);
          await settle();
          for (const { free } of all) expect(free).toBeGreaterThanOrEqual(0);
          expect(clock.pending).toBe(waiting);
        }
        // What holds places ends; whoever waits then has its turn, and ends in turn.
        for (let round = 0; round <= steps.length; round++) {
          for (const page of pages) {
            endPage(page);
            for (const call of page.calls.splice(0)) call.leave();
          }
          for (const slots of rows.splice(0)) slots.release();
          await settle();
        }
        expect([waiting, clock.pending, ...all.map(({ free }) => free)]).toEqual([0, 0, CALLS, CALLS, CALLS]);
      }),
      { numRuns: 150 },
    );
  });
});
