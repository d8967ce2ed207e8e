import { entriesIn } from './entries-in.ts';

class Register {
  readonly #hidden = new Set(['not reachable']);
  private readonly byName = new Map<string, Set<string>>();
  private readonly listeners: (() => void)[] = [];

  add(name: string, value: string): void {
    this.byName.set(name, (this.byName.get(name) ?? new Set()).add(value));
    this.listeners.push(() => this.#hidden.clear());
  }

  remove(name: string, value: string): void {
    this.byName.get(name)?.delete(value);
    this.listeners.pop();
  }
}

describe('the entries in an object', () => {
  it('are those of its maps, sets and lists, however deep they lie', () => {
    expect(entriesIn({})).toBe(0);
    expect(entriesIn([1, 2])).toBe(2);
    expect(entriesIn({ a: new Map([['x', new Set([1, 2])]]), b: { c: [[1], []] } })).toBe(3 + 3);
    expect(entriesIn(new Map([[new Set([1]), 2]]))).toBe(2);
    expect(entriesIn({ bytes: Buffer.from('abc') })).toBe(0);
  });

  it('are counted once, also where objects lead to each other', () => {
    const list: unknown[] = [1];
    const one: Record<string, unknown> = { list, again: list };
    one.self = one;
    list.push(one);
    expect(entriesIn(one)).toBe(2);
  });

  it('tell what was left behind, in private fields too', () => {
    const register = new Register();
    const before = entriesIn(register);
    register.add('a', 'b');
    expect(entriesIn(register) - before).toBe(3);
    register.remove('a', 'b');
    // The empty set of the name is still there.
    expect(entriesIn(register) - before).toBe(1);
  });
});
