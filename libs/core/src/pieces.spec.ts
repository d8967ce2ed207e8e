import * as fc from 'fast-check';
import { Pieces } from './pieces.ts';

describe('pieces of a body', () => {
  it('come out whole and in order, whatever their sizes and whenever they are taken', () => {
    const step = fc.oneof(fc.uint8Array({ maxLength: 3_000 }), fc.constant('take' as const));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const pieces = new Pieces();
        const taken: Uint8Array[] = [];
        for (const one of steps) {
          if (one === 'take') taken.push(...pieces.take());
          else pieces.add(one);
        }
        taken.push(...pieces.take());
        const given = steps.filter((one) => one !== 'take');
        expect(Buffer.concat(taken).equals(Buffer.concat(given))).toBe(true);
      }),
    );
  });

  it('are joined when they are small, handed on as they are when they are large, and counted', () => {
    const pieces = new Pieces();
    const crowded = Array.from({ length: 4_000 }, () => pieces.add(Buffer.from('x'))).filter(Boolean);
    const large = Buffer.alloc(1_024);
    expect([crowded.length, pieces.add(large)]).toEqual([2, false]);
    const taken = pieces.take();
    expect(taken).toHaveLength(3);
    expect(taken[2]).toBe(large);
  });
});
