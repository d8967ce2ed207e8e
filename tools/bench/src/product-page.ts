import { readFileSync } from 'node:fs';

/** Path of the product page, at every contestant that has one. */
export const PRODUCT_PAGE = '/api/pages/product/p-0001';

/** The parts of the page in its order, and the call behind each. */
const PARTS = {
  product: '/products/p-0001',
  stock: '/stock/p-0001',
  rating: '/summaries/p-0001',
  reviews: '/reviews?product=p-0001&limit=5',
  related: '/products?category=',
};

/**
 * What the shop's services answered to the calls of the web BFF's product page: JSON by request target, recorded once
 * from the running shop. The services themselves would compete with the contestant for the machine's cores.
 */
export function recordedAnswers(): Map<string, string> {
  const file = new URL('../fixtures/product-page.json', import.meta.url);
  const recorded = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  return new Map(Object.entries(recorded).map(([target, answer]) => [target, JSON.stringify(answer)]));
}

/** The page that these answers make. */
export function expectedProductPage(): string {
  const answers = [...recordedAnswers()];
  const parts = Object.entries(PARTS).map(([name, target]) => {
    const answer = answers.find(([recorded]) => recorded.startsWith(target));
    return `"${name}":${answer?.[1]}`;
  });
  return `{${parts.join(',')}}`;
}
