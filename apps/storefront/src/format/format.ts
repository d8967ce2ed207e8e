import type { Money } from '../api/types.ts';

const LANGUAGE = 'en-IE';
const moneyFormats = new Map<string, Intl.NumberFormat>();

/** A price for reading: `€19.99`, whole amounts too with cents. */
export function formatMoney({ amount, currency }: Money): string {
  let format = moneyFormats.get(currency);
  if (!format) {
    format = new Intl.NumberFormat(LANGUAGE, { style: 'currency', currency });
    moneyFormats.set(currency, format);
  }
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

const dayFormat = new Intl.DateTimeFormat(LANGUAGE, { day: 'numeric', month: 'long', year: 'numeric' });

/** A day for reading: `22 November 2026`; an unreadable time gives an empty text. */
export function formatDay(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? '' : dayFormat.format(date);
}

const momentFormat = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'medium', timeStyle: 'short' });

/** A moment for reading, in the reader's time zone: `22 Nov 2026, 14:05`; an unreadable time gives an empty text. */
export function formatMoment(time: string | number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? '' : momentFormat.format(date);
}

/** `1 piece`, `2 pieces`. */
export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
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
