import { unionOfVary } from './vary.ts';

describe('Vary of a view', () => {
  it.each<[Array<string | undefined>, string | undefined]>([
    [[], undefined],
    [[undefined, undefined], undefined],
    [[''], undefined],
    [[' , '], undefined],
    [['Accept'], 'accept'],
    [[undefined, 'Accept', 'accept, Origin'], 'accept, origin'],
    [['a ,,b'], 'a, b'],
    [['*'], '*'],
    [['accept', 'origin, *'], '*'],
    [['accept', undefined, '*, a'], '*'],
  ])('of parts that say %j is %j', (values, expected) => {
    expect(unionOfVary(values.map((vary) => ({ vary })))).toBe(expected);
  });
});
