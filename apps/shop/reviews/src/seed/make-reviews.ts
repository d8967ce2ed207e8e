import { SeededRandom } from '@portico/shop-kit';
import type { Review } from '../schemas.ts';
import { FIRST_NAMES, voiceOf } from './words.ts';

/** How many reviews the sample shop starts with. */
const COUNT = 2000;
/** Products of the sample shop; the first is the newest, and each is about two days older than the one before. */
const PRODUCTS = 300;
const PRODUCT_AGE = 53 * 3_600_000;
/** The last review is from this day at the latest; fixed, so that every start makes the same reviews. */
const LATEST = Date.parse('2026-11-20T18:00:00Z');
const NEWEST_PRODUCT = Date.parse('2026-11-01T09:00:00Z');
const EIGHTEEN_MONTHS = 548 * 86_400_000;
/** Of a hundred reviews, so many give at most 1, 2, 3 and 4 stars. */
const SHARES = [3, 7, 17, 45];

/** The 2,000 reviews of the sample shop, always the same ones. */
export function makeReviews(): Review[] {
  const random = new SeededRandom(4005);
  return Array.from({ length: COUNT }, () => makeReview(random));
}

function makeReview(random: SeededRandom): Review {
  const number = Math.min(PRODUCTS, 1 + Math.floor(random.next() ** 1.3 * PRODUCTS));
  const rating = ratingOf(random.between(1, 100));
  const { titles, openings, details, closings } = voiceOf(rating);
  const sentences = [random.pick(openings), random.pick(details), random.pick(closings)];
  return {
    id: uuid(random),
    productId: `p-${String(number).padStart(4, '0')}`,
    author: `${random.pick(FIRST_NAMES)} ${String.fromCharCode(random.between(65, 90))}.`,
    rating,
    title: random.pick(titles),
    text: sentences.slice(0, random.between(2, 3)).join(' '),
    createdAt: createdAt(random, number),
  };
}

/** Some time after the product came to the shop. */
function createdAt(random: SeededRandom, number: number): string {
  const earliest = Math.max(LATEST - EIGHTEEN_MONTHS, NEWEST_PRODUCT - (number - 1) * PRODUCT_AGE);
  return new Date(Math.floor(earliest + random.next() * (LATEST - earliest))).toISOString();
}

function ratingOf(percent: number): number {
  const stars = SHARES.findIndex((share) => percent <= share);
  return stars === -1 ? 5 : stars + 1;
}

/** A version 4 UUID out of the seeded numbers. */
function uuid(random: SeededRandom): string {
  const digits = 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx';
  return digits.replace(/[xy]/g, (sign) => (sign === 'x' ? random.between(0, 15) : random.between(8, 11)).toString(16));
}
