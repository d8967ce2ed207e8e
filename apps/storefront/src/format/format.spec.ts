import { countOf, formatDay, formatMoment, formatMoney, formatOrderNumber } from './format.ts';

describe('prices', () => {
  it('reads minor units of the currency', () => {
    expect(formatMoney({ amount: 1999, currency: 'EUR' })).toBe('€19.99');
    expect(formatMoney({ amount: 500, currency: 'EUR' })).toBe('€5.00');
    expect(formatMoney({ amount: 500, currency: 'JPY' })).toMatch(/500$/);
  });
});

describe('days and counts', () => {
  it('writes a day in words and leaves out what is no time', () => {
    expect(formatDay('2026-11-22T12:00:00.000Z')).toBe('22 November 2026');
    expect(formatDay('soon')).toBe('');
  });

  it('writes a moment with its time, whether it came as text or as milliseconds', () => {
    expect(formatMoment('2026-11-22T12:05:00.000Z')).toMatch(/^22 Nov 2026, \d\d:05$/);
    expect(formatMoment(Date.UTC(2026, 10, 22, 12, 5))).toBe(formatMoment('2026-11-22T12:05:00.000Z'));
    expect(formatMoment('soon')).toBe('');
  });

  it('chooses singular and plural', () => {
    expect(countOf(1, 'piece')).toBe('1 piece');
    expect(countOf(0, 'piece')).toBe('0 pieces');
    expect(countOf(2, 'category', 'categories')).toBe('2 categories');
  });
});

it('an order has a number that can be read out, of its id', () => {
  expect(formatOrderNumber('o-0496')).toBe('0496');
  expect(formatOrderNumber('o-7f3-_a91qcXyZ0123456789')).toBe('7F3A-91QC');
  expect(formatOrderNumber('o-12345')).toBe('1234-5');
});
