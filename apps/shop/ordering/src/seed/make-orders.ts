import { SeededRandom } from '@portico/shop-kit';
import { type LineInput, type Order, placedOrder } from '../order.ts';
import type { OrderState } from '../order-states.ts';
import { articles } from './articles.ts';
import { makeCustomer } from './customers.ts';

/** Orders there are at first. */
const COUNT = 500;
/** The moment at which the orders stand as they do; fixed, so that every start makes the same shop. */
const END = Date.parse('2026-11-20T18:00:00Z');
const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;

/** A state and how many hours it takes to get there, at least and at most. */
type Leg = readonly [state: OrderState, fastest: number, slowest: number];

const delivery: readonly Leg[] = [
  ['paid', 0.1, 36],
  ['packed', 4, 40],
  ['shipped', 2, 24],
  ['delivered', 24, 96],
];
const returning: readonly Leg[] = [...delivery, ['returned', 72, 320]];
const cancelling: readonly Leg[] = [['cancelled', 0.5, 48]];
const cancellingLate: readonly Leg[] = [['paid', 0.1, 24], ...cancelling];

/** The orders of the last twelve months, always the same ones: more in the last weeks, each as far on its way as its age allows. */
export function makeOrders(): Order[] {
  const random = new SeededRandom(4004);
  const ages = Array.from({ length: COUNT }, () => YEAR * random.next() ** 1.5).sort((left, right) => right - left);
  return ages.map((age, index) => makeOrder(random, `o-${String(index + 1).padStart(4, '0')}`, END - Math.ceil(age)));
}

function makeOrder(random: SeededRandom, id: string, placedAt: number): Order {
  const order = placedOrder({ id, lines: makeLines(random), ...makeCustomer(random), at: iso(placedAt) });
  const history = [...order.history];
  let at = placedAt;
  for (const [state, fastest, slowest] of makeWay(random)) {
    at += Math.round((fastest + (slowest - fastest) * random.next()) * HOUR);
    if (at > END) break;
    history.push({ state, at: iso(at) });
  }
  const last = history.at(-1);
  return last ? { ...order, state: last.state, updatedAt: last.at, history } : order;
}

function makeWay(random: SeededRandom): readonly Leg[] {
  const chance = random.next();
  if (chance < 0.04) return cancelling;
  if (chance < 0.07) return cancellingLate;
  return chance < 0.13 ? returning : delivery;
}

function makeLines(random: SeededRandom): LineInput[] {
  const chosen = random.shuffle(articles).slice(0, random.pick([1, 1, 1, 2, 2, 3, 4]));
  return chosen.map((article) => ({ ...article, quantity: random.pick([1, 1, 1, 1, 2, 2, 3]) }));
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();
