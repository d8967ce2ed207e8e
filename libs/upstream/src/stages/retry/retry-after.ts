import { headerOf, type UpstreamResponse } from '../../send.ts';

/** Date forms of RFC 9110 5.6.7 all start with a day's name; only the oldest one leaves out that it means GMT. */
const DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/;

/**
 * Milliseconds for which an answer asks to be left alone (`Retry-After`, RFC 9110 10.2.3), 0 when it does not, or says
 * it in a way nobody understands.
 *
 * @param epoch milliseconds since 1970, which a date is compared with
 */
export function retryAfterOf({ headers }: UpstreamResponse, epoch: number): number {
  const value = headerOf(headers, 'retry-after')?.trim();
  if (value === undefined) return 0;
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  if (!DATE.test(value)) return 0;
  const date = Date.parse(value.endsWith('GMT') ? value : `${value} GMT`);
  return Math.max(0, date - epoch) || 0;
}
