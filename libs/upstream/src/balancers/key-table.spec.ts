import { instance } from '../../test/instances.ts';
import { KeyTable, type Place } from './key-table.ts';
import { maglevTable } from './maglev-table.ts';

const KEYS = Array.from({ length: 2_000 }, (_, index) => `key ${index}`);

/** Places `from` to below `to`, in the order of their ids; the same instances for the same numbers. */
function placesOf(from: number, to: number): Place[] {
  return Array.from({ length: to - from }, (_, index) => made(from + index));
}

const known = new Map<number, Place>();

function made(number: number): Place {
  const id = String(number).padStart(5, '0');
  const place = known.get(number) ?? { id, weight: number === 7 ? 65_535 : 1, instance: instance(id) };
  known.set(number, place);
  return place;
}

const any = (): boolean => true;

function idsOf(table: KeyTable): (string | undefined)[] {
  return KEYS.map((key) => table.find(key, any)?.id);
}

function tableFor(places: readonly Place[]): KeyTable {
  const table = new KeyTable();
  table.update(places);
  return table;
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe('KeyTable', () => {
  it('gives keys their new places some turns after the list has changed, and their old ones until then', async () => {
    const table = tableFor(placesOf(0, 1_000));
    const before = idsOf(table);
    table.update(placesOf(0, 1_100));
    expect(idsOf(table)).toEqual(before);
    await turns(8);
    expect(idsOf(table)).toEqual(before);
    await turns(12);
    expect(idsOf(table)).toEqual(idsOf(tableFor(placesOf(0, 1_100))));
  });

  it('leads no key to one that is no candidate any more, and leaves the others alone', async () => {
    const table = tableFor(placesOf(0, 1_000));
    const before = idsOf(table);
    table.update(placesOf(100, 1_000));
    const meanwhile = idsOf(table);
    meanwhile.forEach((id, index) => {
      expect(Number(id)).toBeGreaterThanOrEqual(100);
      if (Number(before[index]) >= 100) expect(id).toBe(before[index]);
    });
    await turns(20);
    expect(idsOf(table)).toEqual(idsOf(tableFor(placesOf(100, 1_000))));
  });

  it('comes to the newest list, however often it changes while a table is filled', async () => {
    const table = tableFor(placesOf(0, 1_000));
    for (let more = 1; more <= 30; more++) {
      table.update(placesOf(0, 1_000 + more));
      idsOf(table);
      await turns(1);
    }
    for (let round = 0; round < 2; round++) {
      idsOf(table);
      await turns(20);
    }
    expect(idsOf(table)).toEqual(idsOf(tableFor(placesOf(0, 1_030))));
  });

  it('is right at once when it is short, and when none of those before is left', () => {
    const short = tableFor(placesOf(0, 10));
    idsOf(short);
    short.update(placesOf(5, 20));
    expect(idsOf(short)).toEqual(idsOf(tableFor(placesOf(5, 20))));
    const long = tableFor(placesOf(0, 1_000));
    idsOf(long);
    long.update(placesOf(2_000, 3_000));
    expect(idsOf(long)).toEqual(idsOf(tableFor(placesOf(2_000, 3_000))));
  });

  it('looks at few slots when nearly all are those of one that does not fit', () => {
    const table = tableFor(placesOf(0, 1_000));
    let looks = 0;
    const isOther = ({ id }: Place): boolean => (looks++, Number(id) !== 7);
    const found = new Set(KEYS.map((key) => table.find(key, isOther)!.id));
    expect(looks / KEYS.length).toBeLessThan(1_002);
    expect(found.size).toBeGreaterThan(500);
    expect(table.find('key', () => false)).toBeUndefined();
  });

  it.each([
    ['equal weights', placesOf(1_000, 6_000)],
    ['one of ten thousand that weighs 65535', placesOf(0, 10_000)],
  ])('looks for free slots a few times each: %s', (_, places) => {
    const looks = looksOf(places);
    expect(looks / 65_537).toBeLessThan(30);
  });
});

/** How often slots are looked at until all have an entry. */
function looksOf(places: readonly Place[]): number {
  let looks = 0;
  const { Uint8Array: Bytes } = globalThis;
  class Counted {
    constructor(length: number) {
      const bytes = new Bytes(length);
      return new Proxy(bytes, {
        get: (target, name) => {
          looks++;
          return Reflect.get(target, name) as unknown;
        },
      });
    }
  }
  globalThis.Uint8Array = Counted as unknown as Uint8ArrayConstructor;
  try {
    maglevTable(places);
  } finally {
    globalThis.Uint8Array = Bytes;
  }
  return looks;
}
