import type { ProductQuery, Sort } from '../api/catalog.ts';

/** The orders offered, with their names. `relevance` is offered only to a search. */
export const SORTS: readonly (readonly [Sort, string])[] = [
  ['relevance', 'Best match'],
  ['newest', 'Newest first'],
  ['price', 'Price, low to high'],
  ['-price', 'Price, high to low'],
  ['name', 'Name'],
];

/** The filter that an address stands for; what makes no sense in it is left out. */
export function readFilter(search: string): ProductQuery {
  const parameters = new URLSearchParams(search);
  const q = parameters.get('q')?.trim().slice(0, 100) || undefined;
  const asked = SORTS.find(([sort]) => sort === parameters.get('sort'))?.[0];
  const sort = asked === 'relevance' && !q ? undefined : asked;
  return {
    q,
    category: parameters.get('category') || undefined,
    minPrice: readPrice(parameters.get('minPrice')),
    maxPrice: readPrice(parameters.get('maxPrice')),
    sort: sort ?? (q ? 'relevance' : 'name'),
  };
}

function readPrice(text: string | null): number | undefined {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** The address of the search page with a filter changed; undefined takes an entry out. */
export function browseAddress(filter: ProductQuery): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) {
    if (value !== undefined && value !== '') parameters.set(name, String(value));
  }
  const query = parameters.toString();
  return query ? `/browse?${query}` : '/browse';
}

/** Minor units from a typed price (`12`, `12.5`, `12,50`); undefined when it is none. */
export function parsePrice(text: string): number | undefined {
  const typed = text.trim().replace(',', '.');
  return /^\d{1,6}(\.\d{1,2})?$/.test(typed) ? Math.round(Number(typed) * 100) : undefined;
}
