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

/** How many entries of maps and sets `act` walks over. */
function stepsOf(act: () => void): number {
  const iterators = [new Map().entries(), new Set().values()].map(
    (one) => Object.getPrototypeOf(one) as Iterator<unknown>,
  );
  const spies = iterators.map((prototype) => jest.spyOn(prototype, 'next'));
  act();
  const steps = spies.reduce((sum, { mock }) => sum + mock.calls.length, 0);
  for (const spy of spies) spy.mockRestore();
  return steps;
}

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

  it('keeps no place of a healthy upstream idle for a page that waits for a hung one', () => {
    const [catalog, hung] = [slotsOf('catalog'), slotsOf('hung', { calls: 1 })];
    hung.tryTake();
    void outcomeOf(doorTo([catalog, 3], [hung, 1]).enter(testContext()));
    expect([1, 2, 3, 4].map(() => catalog.tryTake())).toEqual([true, true, true, true]);
  });

  it('keeps places for a page from when they are what it lacks, before those that came after it', async () => {
    const [catalog, slow] = [slotsOf('catalog'), slotsOf('slow', { calls: 1 })];
    slow.tryTake();
    const page = doorTo([catalog, 3], [slow, 1]).enter(testContext());
    for (let taken = 0; taken < 4; taken++) catalog.tryTake();
    const late = doorTo([catalog, 2]).enter(testContext());
    slow.release();
    for (let left = 3; left > 1; left--) catalog.release();
    expect([catalog.free, catalog.tryTake()]).toEqual([2, false]);
    catalog.release();
    const places = (await page) as PagePlaces;
    expect([catalog.free, slow.free]).toEqual([0, 0]);
    places.close();
    ((await late) as PagePlaces).close();
    expect([catalog.free, slow.free]).toEqual([3, 1]);
  });

  it('refuses a page that waits too long in the name of the upstream that it waits for by then', async () => {
    const clock = new FakeClock();
    const [catalog, hung] = [slotsOf('catalog'), slotsOf('hung', { calls: 1 })];
    for (let taken = 0; taken < 4; taken++) catalog.tryTake();
    const page = Promise.resolve(doorTo([catalog, 1], [hung, 1]).enter(testContext({ clock })));
    hung.tryTake();
    catalog.release();
    clock.advance(1_000);
    await expect(page).rejects.toMatchObject({ code: 'upstream-saturated', upstream: 'hung' });
    expect([catalog.free, clock.pending]).toEqual([1, 0]);
  });

  it.each<[string, (catalog: Slots, reviews: Slots, leave: () => void) => void]>([
    ['a call of a healthy upstream', (catalog) => (catalog.tryTake(), catalog.release())],
    ['a page that gives up', (_catalog, _reviews, leave) => leave()],
    [
      'what comes free at several upstreams in turn',
      (catalog, reviews) => {
        for (const slots of [catalog, reviews]) while (slots.free > 0) slots.tryTake();
        for (const slots of [catalog, reviews, catalog, reviews]) slots.release();
      },
    ],
  ])('costs %s no more the more pages wait', (_, event) => {
    const steps = (waiting: number): number => {
      const [catalog, reviews, hung] = ['catalog', 'reviews', 'hung'].map((name) => slotsOf(name, { queue: waiting }));
      for (let taken = 0; taken < 4; taken++) hung!.tryTake();
      const door = doorTo([catalog!, 1], [reviews!, 1], [hung!, 1]);
      const contexts = Array.from({ length: waiting }, () => testContext());
      for (const ctx of contexts) void outcomeOf(door.enter(ctx));
      return stepsOf(() => event(catalog!, reviews!, () => contexts[0]!.abort(new BffError('client-aborted'))));
    };
    expect(steps(512)).toBe(steps(64));
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

/** A page that was let in, and the calls that it has under way. */
interface RunningPage {
  readonly places: PagePlaces;
  readonly calls: Booking[];
  isOver: boolean;
}

const CALLS = 4;

/** Three upstreams, and pages and single calls that come, go on and end at random. */
class Run {
  readonly clock = new FakeClock();
  readonly all = ['a', 'b', 'c'].map((name) => slotsOf(name));
  waiting = 0;
  private readonly pages: RunningPage[] = [];
  private readonly singles: Slots[] = [];
  private readonly contexts: RequestContext[] = [];
  /** Upstreams by the places that calls without an answer hold. */
  private readonly hung: Slots[] = [];

  /** What may happen, by name. */
  readonly events: Readonly<Record<string, (which: number, needs: readonly number[]) => void>> = {
    page: (_, needs) => void this.enter(needs),
    single: (which) => void this.call(this.slots(which)),
    call: (which) => this.callOf(this.page(which), this.slots(which)),
    return: (which) => this.page(which)?.calls.pop()?.leave(),
    renounce: (which) => this.page(which)?.places.renounce(0, 1),
    end: (which) => this.end(this.page(which)),
    hang: (which) => this.hang(this.slots(which)),
    recover: () => this.recover(),
    release: (which) => this.singles.splice(which % this.singles.length, 1)[0]?.release(),
    abort: (which) => this.contexts[which % this.contexts.length]?.abort(new BffError('client-aborted')),
    wait: () => this.clock.advance(400),
  };

  /** Everything that holds places ends. */
  endAll(): void {
    for (const page of this.pages) {
      this.end(page);
      for (const call of page.calls.splice(0)) call.leave();
    }
    for (const slots of this.singles.splice(0)) slots.release();
    this.recover();
  }

  /** Calls take all places that are offered, and get no answer. */
  hang(slots: Slots): void {
    while (slots.tryTake()) this.hung.push(slots);
  }

  private recover(): void {
    for (const slots of this.hung.splice(0)) slots.release();
  }

  private context(): RequestContext {
    const ctx = testContext({ clock: this.clock });
    this.contexts.push(ctx);
    return ctx;
  }

  private page(which: number): RunningPage | undefined {
    return this.pages[which % this.pages.length];
  }

  private slots(which: number): Slots {
    return this.all[which % this.all.length]!;
  }

  private async enter(needs: readonly number[]): Promise<void> {
    const wanted = this.all.map((slots, index) => [slots, needs[index]!] as const);
    this.waiting++;
    const places = await outcomeOf(doorTo(...wanted.filter(([, places]) => places > 0)).enter(this.context()));
    this.waiting--;
    if (typeof places !== 'string') this.pages.push({ places, calls: [], isOver: false });
  }

  private async call(slots: Slots): Promise<void> {
    if (slots.tryTake()) return void this.singles.push(slots);
    this.waiting++;
    const isIn = await slots.wait(this.context()).then(
      () => true,
      () => false,
    );
    this.waiting--;
    if (isIn) this.singles.push(slots);
  }

  private callOf(page: RunningPage | undefined, slots: Slots): void {
    const booking = page?.places.use(slots);
    if (booking) page!.calls.push(booking);
  }

  private end(page: RunningPage | undefined): void {
    if (!page || page.isOver) return;
    page.isOver = true;
    page.places.close();
  }
}

describe('admission of pages, whatever happens in whatever order', () => {
  const places = fc.integer({ min: 0, max: CALLS });
  const event = fc.record({
    kind: fc.constantFrom(...Object.keys(new Run().events)),
    which: fc.nat(),
    needs: fc.tuple(places, places, places),
  });

  it('gives every place back exactly once, exceeds no bound, and leaves nobody waiting who could go', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 80 }), async (events) => {
        const run = new Run();
        for (const { kind, which, needs } of events) {
          run.events[kind]!(which, needs);
          await settle();
          for (const slots of run.all) {
            expect(slots.free).toBeGreaterThanOrEqual(0);
            if (slots.free === CALLS) expect(slots.offers(1)).toBe(true);
          }
          expect(run.clock.pending).toBe(run.waiting);
        }
        // Whoever waits has a turn without any time passing, and ends in turn.
        for (let round = 0; round <= events.length; round++) {
          run.endAll();
          await settle();
        }
        expect([run.waiting, run.clock.pending]).toEqual([0, 0]);
        expect(run.all.map(({ free }) => free)).toEqual([CALLS, CALLS, CALLS]);
      }),
      { numRuns: 150 },
    );
  });

  it('keeps nobody waiting for pages that need an upstream that hangs', async () => {
    const kinds = ['page', 'single', 'call', 'return', 'renounce', 'end', 'release', 'wait'];
    const calm = fc.record({
      kind: fc.constantFrom(...kinds),
      which: fc.nat(),
      needs: fc.tuple(places, places, places),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(calm, { maxLength: 60 }), async (events) => {
        const [run, without] = [new Run(), new Run()];
        for (const one of [run, without]) one.hang(one.all[0]!);
        for (const { kind, which, needs } of events) {
          run.events[kind]!(which, needs);
          if (kind !== 'page' || needs[0] === 0) without.events[kind]!(which, needs);
          await settle();
          expect(run.all.map(({ free }) => free)).toEqual(without.all.map(({ free }) => free));
        }
      }),
      { numRuns: 150 },
    );
  });
});
