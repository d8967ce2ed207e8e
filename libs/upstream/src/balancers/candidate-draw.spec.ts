import { get, instance } from '../../test/instances.ts';
import { CandidateDraw } from './candidate-draw.ts';

/** Candidates that count how often they are looked at; the first has nearly all the weight. */
function skewed(count: number) {
  const looks = { at: 0 };
  const list = Array.from({ length: count }, (_, index) => instance(`${index}`, { weight: index === 0 ? 65_535 : 1 }));
  const candidates = new Proxy(list, {
    get: (target, name) => {
      if (typeof name === 'string' && /^\d+$/.test(name)) looks.at++;
      return Reflect.get(target, name) as unknown;
    },
  });
  // The first draw is of the heavy one, so that the first call is a retry and makes what retries need.
  let draws = 0;
  const draw = new CandidateDraw(() => (draws++ === 0 ? 0 : Math.random()));
  draw.update(candidates);
  return { list, draw, looks };
}

describe('CandidateDraw', () => {
  it.each(['drawFor', 'drawBeside'] as const)(
    'looks at a few candidates for a retry, however many there are: %s',
    (by) => {
      const { list, draw, looks } = skewed(5_000);
      const request = get({ avoid: by === 'drawFor' ? [list[0]!] : [] });
      draw[by](request, list[0]!);
      looks.at = 0;
      for (let retry = 0; retry < 100; retry++) expect(draw[by](request, list[0]!)).not.toBe(list[0]);
      expect(looks.at).toBeLessThanOrEqual(300);
    },
  );

  it('shares the calls of those that are left out by weight', () => {
    const list = [5, 1, 2, 90, 3, 4].map((weight, index) => instance(`${index}`, { weight }));
    const draw = new CandidateDraw(Math.random);
    draw.update(list);
    const request = get({ avoid: [list[3]!, list[0]!, instance('gone')] });
    const counts = new Map(list.map((one) => [one, 0]));
    for (let call = 0; call < 20_000; call++) {
      const drawn = draw.drawFor(request);
      counts.set(drawn, counts.get(drawn)! + 1);
    }
    [0, 1, 2, 0, 3, 4].forEach((weight, index) => {
      expect(Math.abs(counts.get(list[index]!)! / 20_000 - weight / 10)).toBeLessThan(0.02);
    });
  });

  it.each([0, 0.5, 1 - Number.EPSILON / 2])('finds the only one that is left, at both ends of chance: %f', (chance) => {
    const list = [1e-9, 65_535, 1e-9].map((weight, index) => instance(`${index}`, { weight }));
    for (const only of list) {
      const draw = new CandidateDraw(() => chance);
      draw.update(list);
      const avoid = list.filter((one) => one !== only);
      expect(draw.drawFor(get({ avoid }))).toBe(only);
      expect(draw.drawBeside(get({ avoid: [avoid[0]!] }), avoid[1]!)).toBe(only);
    }
  });

  it('draws any when all were tried, and none beside the only one', () => {
    const list = [instance('a'), instance('b')];
    const draw = new CandidateDraw(Math.random);
    draw.update(list);
    expect(list).toContain(draw.drawFor(get({ avoid: list })));
    expect(draw.drawBeside(get({ avoid: [list[0]!] }), list[1]!)).toBeUndefined();
  });
});
