import fc from 'fast-check';
import { TokenMemory } from './token-memory.ts';

describe('TokenMemory', () => {
  it('knows a text until its time, by all of it', () => {
    const memory = new TokenMemory<number>({ entries: 10, bytes: 10_000 });
    memory.set(`Bearer a${'x'.repeat(40)}`, 1, 100, 0);
    expect(memory.get(`Bearer a${'x'.repeat(40)}`, 99)).toBe(1);
    expect(memory.get(`Bearer a${'x'.repeat(40)}`, 100)).toBeUndefined();
    expect(memory.get(`Bearer b${'x'.repeat(40)}`, 0)).toBeUndefined();
    expect(memory.get('x'.repeat(32), 0)).toBeUndefined();
  });

  it('keeps what is used while others come and go', () => {
    const memory = new TokenMemory<number>({ entries: 10, bytes: 1_000_000 });
    memory.set('kept', 1, Infinity, 0);
    for (let index = 0; index < 1_000; index++) {
      memory.set(`other ${index}`, 0, Infinity, 0);
      if (index % 4 === 0) expect(memory.get('kept', 0)).toBe(1);
    }
  });

  it('never holds more entries or bytes than it may', () => {
    const texts = fc.string({ minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.array(fc.tuple(texts, fc.integer({ min: 0, max: 300 })), { maxLength: 200 }), (entries) => {
        const memory = new TokenMemory<number>({ entries: 8, bytes: 1_000 });
        for (const [text, bytes] of entries) memory.set(text, bytes, Infinity, bytes);
        const alive = new Map(entries.filter(([text]) => memory.get(text, 0) !== undefined));
        const sizes = [...alive].map(([text]) => 2 * text.length + (memory.get(text, 0) ?? 0));
        expect(alive.size).toBeLessThanOrEqual(8);
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(1_000);
      }),
    );
  });

  it('does not take what is larger than half of it', () => {
    const memory = new TokenMemory<number>({ entries: 10, bytes: 1_000 });
    memory.set('large', 1, Infinity, 600);
    expect(memory.get('large', 0)).toBeUndefined();
  });
});
