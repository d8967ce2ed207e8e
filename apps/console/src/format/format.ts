import type { Money } from '../api/shop.ts';

const LANGUAGE = 'en-IE';
const moneyFormat = new Intl.NumberFormat(LANGUAGE, { style: 'currency', currency: 'EUR' });
const numberFormat = new Intl.NumberFormat(LANGUAGE);
const momentFormat = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'medium', timeStyle: 'short' });

/** A price for reading: `€19.99`; the shop knows euros only. */
export const formatMoney = ({ amount }: Money): string => moneyFormat.format(amount / 100);

/** A number for reading: `1,500`. */
export const formatNumber = (value: number): string => numberFormat.format(value);

/** A moment for reading, in the reader's time zone: `22 Nov 2026, 14:05`; an unreadable time gives an empty text. */
export function formatMoment(time: string | number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? '' : momentFormat.format(date);
}

/** How many signs of an id are enough to tell one order from another. */
const NUMBER_LENGTH = 8;

/** An order's number for reading, and for saying on the telephone: `0496`, `7F3A-91QC`. Its id is longer, so that nobody guesses it. */
export function formatOrderNumber(id: string): string {
  const signs = id
    .replace(/^o-/, '')
    .replace(/[^A-Za-z0-9]/g, '')
    .toUpperCase();
  return signs.slice(0, NUMBER_LENGTH).replace(/^(.{4})(?=.)/, '$1-');
}
