import { ToldReasons } from './told-reasons.ts';

describe('the reasons of an outage', () => {
  it('are each told once, also when two take turns, and anew in the next outage', () => {
    const told = new ToldReasons();
    expect(['refused', '403', 'refused', '403'].map((reason) => told.isNews(reason))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    told.clear();
    expect(told.isNews('refused')).toBe(true);
  });

  it('are no more than ten, so that one with a number in it fills neither a log nor the memory', () => {
    const told = new ToldReasons();
    const news = Array.from({ length: 1_000 }, (_, index) => told.isNews(`request ${index} failed`));
    expect(news.filter(Boolean)).toHaveLength(10);
  });
});
