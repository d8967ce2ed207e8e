import { type FormEvent, useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { ProductQuery } from '../api/catalog.ts';
import type { Category } from '../api/types.ts';
import { browseAddress, parsePrice } from '../forms/browse-filter.ts';

type FilterProps = { filter: ProductQuery; categories: Category[] | null };

function CategoryFilter({ filter, categories }: FilterProps) {
  if (!categories) return null;
  return (
    <nav aria-label="Categories" className="filter-categories">
      <h2>Shelves</h2>
      <ul>
        <li>
          <Link
            href={browseAddress({ ...filter, category: undefined })}
            aria-current={filter.category ? undefined : 'true'}
          >
            All goods
          </Link>
        </li>
        {categories.map(({ id, name }) => (
          <li key={id}>
            <Link
              href={browseAddress({ ...filter, category: id })}
              aria-current={filter.category === id ? 'true' : undefined}
            >
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

const inEuros = (amount: number | undefined): string => (amount === undefined ? '' : String(amount / 100));

function PriceFilter({ filter }: Pick<FilterProps, 'filter'>) {
  const [, navigate] = useLocation();
  const [from, setFrom] = useState(inEuros(filter.minPrice));
  const [to, setTo] = useState(inEuros(filter.maxPrice));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    navigate(browseAddress({ ...filter, minPrice: parsePrice(from), maxPrice: parsePrice(to) }));
  };
  const field = (id: string, label: string, value: string, set: (value: string) => void) => (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input id={id} inputMode="decimal" maxLength={9} value={value} onChange={(event) => set(event.target.value)} />
    </div>
  );
  return (
    <form className="filter-price" onSubmit={submit} aria-label="Price">
      <h2>Price in euros</h2>
      <div className="filter-price-row">
        {field('price-from', 'From', from, setFrom)}
        {field('price-to', 'To', to, setTo)}
        <button className="button button-quiet" type="submit">
          Apply
        </button>
      </div>
    </form>
  );
}

/** What narrows the list down: category (null while they are not known) and price. Beside the list on a wide screen, folded away on a phone. */
export function FilterPanel({ filter, categories }: FilterProps) {
  const wide = window.matchMedia('(min-width: 56rem)').matches;
  return (
    <details className="filter-panel" open={wide}>
      <summary>Shelves and price</summary>
      <CategoryFilter filter={filter} categories={categories} />
      <PriceFilter key={`${filter.minPrice} ${filter.maxPrice}`} filter={filter} />
    </details>
  );
}
