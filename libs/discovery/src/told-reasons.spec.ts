import { ToldReasons } from './told-reasons.ts';

describe('the reasons of an outage', () => {
  it('are told once each, ten at most, and all anew in the next outage', () => {
    const reasons = new ToldReasons();
    const news = (): boolean[] => Array.from({ length: 12 }, (_, index) => reasons.isNews(`reason ${index}`));
    const firstTen = Array.from({ length: 12 }, (_, index) => index < 10);
    expect(news()).toEqual(firstTen);
    expect(news()).not.toContain(true);
    reasons.clear();
    expect(news()).toEqual(firstTen);
  });
});
