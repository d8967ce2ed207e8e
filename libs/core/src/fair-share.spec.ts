import fc from 'fast-check';
import { type Share, shareToTakeBack } from './fair-share.ts';

interface Held extends Share {
  readonly speed: number;
}
const speedOf = ({ speed }: Held): number => speed;
const nobody = { client: 'nobody', amount: 0 };

describe('the share to take back', () => {
  it('is the slowest one of the client that holds most', () => {
    const many = [3, 1, 2].map((speed) => ({ client: 'many', amount: 1, speed }));
    const one = { client: 'one', amount: 2, speed: 0 };
    expect(shareToTakeBack([one, ...many], speedOf, nobody)).toBe(many[1]);
  });

  it('is the first of equally slow ones', () => {
    const shares = [0, 0].map((speed) => ({ client: 'a', amount: 1, speed }));
    expect(shareToTakeBack(shares, speedOf, nobody)).toBe(shares[0]);
  });

  it('counts what the client that asks would hold', () => {
    const shares = ['a', 'b'].map((client) => ({ client, amount: 1, speed: 5 }));
    expect(shareToTakeBack(shares, speedOf, { client: 'b', amount: 1 })).toBe(shares[1]);
  });

  it('is none when all are fast enough', () => {
    expect(shareToTakeBack([{ client: 'a', amount: 1, speed: Infinity }], speedOf, nobody)).toBeUndefined();
  });

  it('never belongs to a client that holds less than another whose share could be taken', () => {
    const share = fc.record({
      client: fc.constantFrom('a', 'b', 'c'),
      amount: fc.integer({ min: 1, max: 5 }),
      speed: fc.constantFrom(0, 1, Infinity),
    });
    fc.assert(
      fc.property(fc.array(share), (shares) => {
        const total = (name: string): number =>
          shares.reduce((sum, { client, amount }) => sum + (client === name ? amount : 0), 0);
        const slow = shares.filter(({ speed }) => speed < Infinity);
        const found = shareToTakeBack(shares, speedOf, nobody);
        expect(found === undefined).toBe(slow.length === 0);
        for (const { client } of slow) expect(total(client)).toBeLessThanOrEqual(total(found!.client));
      }),
    );
  });
});
