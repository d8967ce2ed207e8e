import { SeededRandom } from '@portico/shop-kit';
import { MATERIALS } from './materials.ts';
import { type CategoryWords, type Kind, parseCategories } from './parse-categories.ts';
import { HOME_WORDS } from './words-home.ts';
import { OUTDOOR_WORDS } from './words-outdoors.ts';

/** A product as the seed makes it; prices are in cents. */
export interface SeedProduct {
  id: string;
  name: string;
  categoryId: string;
  motif: string;
  price: number;
  sku: string;
  description: string;
  attributes: Record<string, string>;
  createdAt: string;
  variants: { id: string; name: string; price: number }[];
}

/** Products of each category. */
const PER_CATEGORY = 25;
/** The newest product is from this day; fixed, so that every start makes the same shop. */
const NEWEST = Date.parse('2026-11-01T09:00:00Z');
const HOUR = 3_600_000;
const COUNTRIES = ['Sweden', 'Portugal', 'Germany', 'Denmark', 'Italy', 'Austria', 'Estonia', 'Czechia', 'Spain'];
const YEARS = ['2 years', '3 years', '5 years', '10 years'];

/** The categories of the shop with their words. */
export const CATEGORIES: readonly CategoryWords[] = parseCategories(`${HOME_WORDS.trim()}\n\n${OUTDOOR_WORDS.trim()}`);

/** The 300 products of the shop, always the same ones. */
export function makeProducts(): SeedProduct[] {
  const random = new SeededRandom(4001);
  const drafts = CATEGORIES.flatMap((category) =>
    Array.from({ length: PER_CATEGORY }, (_, index) => ({ category, index })),
  );
  return random.shuffle(drafts).map(({ category, index }, place) => makeProduct(random, category, index, place));
}

function makeProduct(random: SeededRandom, category: CategoryWords, index: number, place: number): SeedProduct {
  const number = String(place + 1).padStart(4, '0');
  const kind = at(category.kinds, index);
  const series = at(category.series, index + Math.floor(index / category.kinds.length) * 4);
  const material = random.pick(kind.materials);
  const [label, sentence] = MATERIALS[material] ?? [material, ''];
  const variants = makeVariants(random, kind, `p-${number}`);
  return {
    id: `p-${number}`,
    name: `${series} ${kind.noun}`,
    categoryId: category.id,
    motif: kind.motif,
    price: Math.min(...variants.map((variant) => variant.price)),
    sku: `${category.id.slice(0, 3)}-${series.replace(/[^A-Za-z]/g, '').slice(0, 3)}-${number}`.toUpperCase(),
    description: `${kind.text}. ${sentence} ${random.pick(category.closings)}.`,
    attributes: {
      Material: label,
      [choiceName(kind, variants.length)]: variants.map((variant) => variant.name).join(', '),
      'Made in': random.pick(COUNTRIES),
      Guarantee: random.pick(YEARS),
    },
    createdAt: new Date(NEWEST - (place * 53 + random.between(0, 50)) * HOUR).toISOString(),
    variants,
  };
}

function makeVariants(random: SeededRandom, kind: Kind, id: string): SeedProduct['variants'] {
  const [low, high] = kind.prices;
  const first = Math.round(low + (high - low) * random.next() ** 1.6 * 0.7);
  return kind.options.slice(0, random.between(1, kind.options.length)).map((name, index) => {
    const whole = kind.choice === 'size' ? Math.round(first * (1 + 0.18 * index)) : first;
    return { id: `${id}-${index + 1}`, name, price: retail(whole) };
  });
}

/** Turns whole euros into a price that a shop would print. */
const retail = (whole: number): number => (whole < 40 ? whole * 100 - 10 : Math.round(whole / 5) * 500 - 100);

function at<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length];
  if (item === undefined) throw new RangeError('an empty word list');
  return item;
}

function choiceName({ choice }: Kind, count: number): string {
  const name = choice === 'size' ? 'Size' : 'Colour';
  return count === 1 ? name : `${name}s`;
}
