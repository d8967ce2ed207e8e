import fc from 'fast-check';
import { placeOf, placeText } from './list-place.ts';

const place = fc.record({
  createdAt: fc.integer({ min: 0, max: 10 ** 15 - 1 }),
  handle: fc.stringMatching(/^[\w-]{22}$/),
});

describe('the place of a list in a URL', () => {
  it('is read as it was written', () => {
    fc.assert(fc.property(place, (one) => expect(placeOf(placeText(one))).toEqual(one)));
    expect(placeText(undefined)).toBeNull();
    expect(placeOf(undefined)).toBeUndefined();
  });

  it('is refused in any other form', () => {
    const texts = fc.oneof(fc.string(), fc.constantFrom('', '1', '1.', `-1.${'a'.repeat(22)}`, `1.${'a'.repeat(23)}`));
    const other = fc.oneof(texts, fc.array(fc.string()), fc.constant(null));
    fc.assert(
      fc.property(other, (one) =>
        expect(() => placeOf(one)).toThrow(expect.objectContaining({ code: 'input-invalid' })),
      ),
    );
  });
});
