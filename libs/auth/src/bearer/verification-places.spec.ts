import fc from 'fast-check';
import { TOO_MANY_TOKENS, type VerificationBounds, VerificationPlaces } from './verification-places.ts';

const BOUNDS: VerificationBounds = { underWay: 1, waiting: 4, waitingOfNetwork: 3 };
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** Places, with what became of each who wanted one, in the order in which they got it. */
function world(bounds = BOUNDS) {
  const places = new VerificationPlaces(bounds);
  const entered: string[] = [];
  const refused: string[] = [];
  const want = (name: string, network = name.split(' ')[0]!, wasGood = false) => {
    try {
      const place = places.enter(network, wasGood);
      if (!place) entered.push(name);
      else place.then(() => entered.push(name)).catch(() => refused.push(name));
    } catch (error) {
      expect(error).toBe(TOO_MANY_TOKENS);
      refused.push(name);
    }
  };
  /** Gives a place back and lets the next one in. */
  const leave = async (network: string, wasGood = false) => {
    places.leave(network, wasGood);
    await nextTurn();
    await nextTurn();
  };
  return { places, entered, refused, want, leave };
}

it('lets networks take turns, each in its own order', async () => {
  const { entered, want, leave, refused } = world({ ...BOUNDS, waiting: 10 });
  for (const name of ['a 1', 'a 2', 'a 3', 'a 4', 'b 1', 'c 1', 'b 2']) want(name);
  for (let i = 0; i < 7; i++) await leave('a');
  expect(entered).toEqual(['a 1', 'a 2', 'b 1', 'c 1', 'a 3', 'b 2', 'a 4']);
  expect(refused).toEqual([]);
});

it('refuses one too many of a network, and says so before', async () => {
  const { places, entered, refused, want, leave } = world();
  want('a 0');
  expect(places.isFull('a')).toBe(false);
  for (const name of ['a 1', 'a 2', 'a 3']) want(name);
  expect([places.isFull('a'), places.isFull('b')]).toEqual([true, false]);
  want('a 4');
  expect(refused).toEqual(['a 4']);
  await leave('a');
  expect([places.isFull('a'), entered]).toEqual([false, ['a 0', 'a 1']]);
});

it('takes the room for a newcomer from the longest line, and refuses it when its own would be the longest', async () => {
  const { refused, want } = world();
  for (const name of ['x', 'a 1', 'a 2', 'a 3', 'b 1', 'c 1']) want(name);
  await nextTurn();
  expect(refused).toEqual(['a 3']);
  want('d 1');
  await nextTurn();
  expect(refused).toEqual(['a 3', 'a 2']);
  want('a 3');
  await nextTurn();
  expect(refused).toEqual(['a 3', 'a 2', 'a 3']);
});

it.each([
  [0, 'a 1'],
  [0.3, 'b 1'],
  [0.99, 'e 1'],
])('draws by lot who gives way when every line is as long as that of a newcomer would be: %s', async (lot, name) => {
  const random = jest.spyOn(Math, 'random').mockReturnValue(lot);
  const { refused, want } = world();
  for (const one of ['x', 'a 1', 'b 1', 'c 1', 'd 1', 'e 1']) want(one);
  await nextTurn();
  random.mockRestore();
  expect(refused).toEqual([name]);
});

it('lets those first whose network has shown a good token, and finds room for them', async () => {
  const { entered, refused, want, leave } = world();
  want('good 0');
  await leave('good', true);
  for (const name of ['x', 'a 1', 'b 1', 'c 1', 'd 1', 'good 1']) want(name);
  await nextTurn();
  expect(refused).toEqual(['a 1']);
  await leave('x');
  expect(entered).toEqual(['good 0', 'x', 'good 1']);
});

describe('when networks with good tokens fill the room', () => {
  const bounds = { underWay: 1, waiting: 8, waitingOfNetwork: 4 };
  const full = async () => {
    const all = world(bounds);
    for (const network of ['p', 'q', 'r']) {
      all.want(`${network} 0`);
      await all.leave(network, true);
    }
    for (const name of ['x', 'p 1', 'p 2', 'p 3', 'p 4', 'q 1', 'q 2', 'q 3', 'q 4']) all.want(name);
    return all;
  };

  it('takes it from the longest line for another one, with good tokens or without', async () => {
    const { refused, want } = await full();
    want('r 1');
    want('n 1');
    await nextTurn();
    expect(refused).toEqual(['p 4', 'q 4']);
    want('r 2');
    await nextTurn();
    expect(refused).toEqual(['p 4', 'q 4', 'p 3']);
  });

  it('leaves them three quarters of it, however many networks without come', async () => {
    const { refused, want } = await full();
    for (let i = 0; i < 40; i++) want(`n${i} 1`);
    await nextTurn();
    expect(refused.filter((name) => /^[pq]/.test(name)).sort()).toEqual(['p 4', 'q 4']);
    expect(refused).toHaveLength(40);
  });
});

it('lets those in whose network has shown nothing good, however many come from one that has', async () => {
  const { entered, want, leave } = world({ underWay: 1, waiting: 10, waitingOfNetwork: 8 });
  want('good 0');
  await leave('good', true);
  for (const name of ['x', 'a 1', 'b 1', 'good 1', 'good 2']) want(name);
  await leave('x');
  for (let i = 3; i < 11; i++) {
    want(`good ${i}`);
    await leave('good', true);
  }
  expect(entered.filter((name) => /^[ab]/.test(name))).toEqual(['a 1', 'b 1']);
});

it('lets a network wait like any other once it shows a bad token, with all that waits of it', async () => {
  const { entered, want, leave, places } = world({ underWay: 1, waiting: 10, waitingOfNetwork: 3 });
  want('good 0');
  await leave('good', true);
  for (const name of ['x', 'a 1', 'good 1', 'good 2', 'good 3']) want(name);
  await leave('x');
  await leave('good', false);
  expect(entered).toEqual(['good 0', 'x', 'good 1', 'a 1']);
  want('good 4');
  expect(places.isFull('good')).toBe(true);
});

it('lets tokens first that were good before, and counts them for no network, while there are not too many', async () => {
  const { places, entered, refused, want, leave } = world();
  for (const name of ['x', 'a 1', 'a 2', 'a 3', 'b 1']) want(name);
  for (const name of ['a again 1', 'a again 2', 'c again 3', 'c again 4']) want(name, name[0], true);
  expect(places.isFull('c')).toBe(false);
  want('a again 5', 'a', true);
  await nextTurn();
  expect(refused).toEqual(['a again 5']);
  for (let i = 0; i < 6; i++) await leave('a');
  expect(entered).toEqual(['x', 'a again 1', 'a again 2', 'c again 3', 'c again 4', 'a 1', 'b 1']);
});

it('gives a network that shows a good token while it waits no second line', async () => {
  const { entered, refused, want, leave, places } = world({ underWay: 1, waiting: 10, waitingOfNetwork: 3 });
  for (const name of ['a 0', 'b 1', 'b 2', 'a 1', 'a 2', 'a 3']) want(name);
  places.leave('a', true);
  expect(places.isFull('a')).toBe(true);
  want('a 4');
  await nextTurn();
  await nextTurn();
  await leave('a', true);
  expect([entered, refused]).toEqual([['a 0', 'a 1', 'a 2'], ['a 4']]);
});

it('lets the next one in no sooner than in another turn of the event loop', async () => {
  const { places, entered, want } = world();
  want('a 1');
  want('b 1');
  places.leave('a', false);
  await Promise.resolve();
  expect(entered).toEqual(['a 1']);
  await nextTurn();
  await nextTurn();
  expect(entered).toEqual(['a 1', 'b 1']);
});

it('never lets more in than it may, answers everybody, and is empty in the end, whoever comes and goes', async () => {
  const network = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  const event = fc.oneof(
    fc.record({ kind: fc.constant('want' as const), network, wasGood: fc.boolean() }),
    fc.record({ kind: fc.constant('leave' as const), wasGood: fc.boolean() }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 60 }), fc.integer({ min: 1, max: 3 }), async (events, underWay) => {
      const { places, entered, refused, want, leave } = world({ ...BOUNDS, underWay });
      let wanted = 0;
      let left = 0;
      const leaveOne = async (wasGood: boolean) => leave(entered[left++]!.split(' ')[0]!, wasGood);
      for (const one of events) {
        if (one.kind === 'want') want(`${one.network} ${wanted++}`, one.network, one.wasGood);
        else if (left < entered.length) await leaveOne(one.wasGood);
        expect(entered.length - left).toBeLessThanOrEqual(underWay);
      }
      await nextTurn();
      while (left < entered.length) await leaveOne(false);
      expect(entered.length + refused.length).toBe(wanted);
      expect(places).toMatchObject({ underWay: 0, again: [], waiting: 0, proven: new Map(), others: new Map() });
    }),
    { numRuns: 60 },
  );
});
