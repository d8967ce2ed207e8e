import { Link, useLocation, useSearch } from 'wouter';
import { listCategories, type ProductQuery, type Sort } from '../api/catalog.ts';
import type { Category } from '../api/types.ts';
import { FilterPanel } from '../components/filter-panel.tsx';
import { ErrorNotice, Notice } from '../components/notice.tsx';
import { ProductGrid, ProductGridSkeleton } from '../components/product-grid.tsx';
import { browseAddress, readFilter, SORTS } from '../forms/browse-filter.ts';
import { countOf } from '../format/format.ts';
import { useProductList } from '../hooks/use-product-list.ts';
import { type Resource, useResource } from '../hooks/use-resource.ts';
import { useTitle } from '../hooks/use-title.ts';

function SortChoice({ filter }: { filter: ProductQuery }) {
  const [, navigate] = useLocation();
  const offered = SORTS.filter(([sort]) => sort !== 'relevance' || filter.q);
  return (
    <div className="sort-choice">
      <label htmlFor="sort">Sort by</label>
      <select
        id="sort"
        value={filter.sort}
        onChange={(event) => navigate(browseAddress({ ...filter, sort: event.target.value as Sort }))}
      >
        {offered.map(([sort, name]) => (
          <option key={sort} value={sort}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

function Nothing({ filter }: { filter: ProductQuery }) {
  return (
    <Notice title={filter.q ? `Nothing here answers to “${filter.q}”.` : 'Nothing matches these limits.'}>
      <p>Try another word or wider limits.</p>
      <Link className="button button-quiet" href="/browse">
        Show all goods
      </Link>
    </Notice>
  );
}

type ResultsProps = { filter: ProductQuery; list: ReturnType<typeof useProductList> };

function Results({ filter, list }: ResultsProps) {
  const { items, hasMore, moreState, loadMore } = list;
  if (!items) return <ProductGridSkeleton count={12} />;
  if (items.length === 0) return <Nothing filter={filter} />;
  return (
    <>
      <ProductGrid products={items} eagerCount={4} />
      {moreState === 'failed' && <p role="alert">The next goods cannot be shown right now.</p>}
      {hasMore && (
        <button
          type="button"
          className="button button-quiet load-more"
          aria-disabled={moreState === 'loading'}
          onClick={() => void loadMore()}
        >
          {moreState === 'loading' ? 'Fetching more' : 'Show more'}
        </button>
      )}
    </>
  );
}

/** What the page is called; null while the shelf's name is not known yet. */
function titleOf({ q, category }: ProductQuery, categories: Resource<Category[]>): string | null {
  const shelf = categories.value?.find(({ id }) => id === category)?.name;
  if (q) return shelf ? `“${q}” in ${shelf}` : `“${q}”`;
  if (!category) return 'All goods';
  return shelf ?? (categories.value || categories.error ? 'Goods' : null);
}

/** A shelf or a search: what to look for stands in the address, so that it can be shared and gone back to. */
export function BrowsePage() {
  const filter = readFilter(useSearch());
  const list = useProductList(filter);
  const categories = useResource('categories', listCategories);
  const title = titleOf(filter, categories);
  useTitle(title);
  if (list.error) return <ErrorNotice error={list.error} retry={list.reload} />;
  const count = list.items ? countOf(list.items.length, 'product') : '';
  return (
    <div className="page browse">
      <div className="browse-head">
        <h1>{title ?? <span className="skeleton skeleton-name" />}</h1>
        <p className="muted">{list.hasMore ? `The first ${count}` : count}</p>
        <SortChoice filter={filter} />
      </div>
      <FilterPanel filter={filter} categories={categories.value} />
      <section aria-label="Products" aria-busy={!list.items}>
        <Results filter={filter} list={list} />
      </section>
    </div>
  );
}
