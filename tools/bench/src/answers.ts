/** Sizes of the documents that the upstreams serve, in bytes of JSON. */
export const DOCUMENT_SIZES = { '2kb': 2_000, '20kb': 20_000, '200kb': 200_000 } as const;

/** Name of a document, as it stands in its path. */
export type DocumentSize = keyof typeof DOCUMENT_SIZES;

/** Path of a document on every upstream. */
export function documentPath(size: DocumentSize): string {
  return `/documents/${size}`;
}

/**
 * A list of products as JSON, of exactly the size named. Compact and ASCII only, so that a contestant that parses it and
 * prints it again gives the same bytes, and has the cheapest kind of string to work on.
 */
export function documentOf(size: DocumentSize): string {
  const items: unknown[] = [];
  const list = (note: string) => JSON.stringify({ items, next: null, note });
  for (let number = 1; list('').length + LARGEST_PRODUCT < DOCUMENT_SIZES[size]; number++) items.push(product(number));
  return list('-'.repeat(DOCUMENT_SIZES[size] - list('').length));
}

/** Bytes of a product's JSON and its comma, at most. */
const LARGEST_PRODUCT = 500;

function product(number: number) {
  const id = `p-${String(number).padStart(4, '0')}`;
  return {
    id,
    name: `Walnut side table no. ${number}`,
    category: { id: 'living-room', name: 'Living room' },
    price: { amount: 4_900 + number * 7, currency: 'EUR' },
    image: { path: `images/${id}.svg`, alt: 'A low table of dark wood with three legs' },
    description: 'Solid wood, oiled by hand. "Stands firm on uneven floors", says the maker.',
    attributes: { width: 45.5, height: 52, weight: 6.25, inStock: number % 7 !== 0, colour: null },
    tags: ['wood', 'table', 'new'],
    createdAt: '2026-03-14T09:26:53.000Z',
  };
}
