import { Link } from 'wouter';
import type { Category, List } from '../api/types.ts';
import { countOf } from '../format/format.ts';
import { Notice } from './notice.tsx';

/** The shop's index, like a catalogue's: every category with its number of products. Undefined while it loads. */
export function CategoryIndex({ categories }: { categories: List<Category> | null | undefined }) {
  if (categories === null) return <Notice title="The index cannot be shown right now." />;
  return (
    <nav className="category-index" aria-label="Categories">
      <ul>
        {categories
          ? categories.items.map((category) => (
              <li key={category.id}>
                <Link href={`/browse?category=${encodeURIComponent(category.id)}`}>
                  <span>{category.name}</span>
                  <span className="category-count" aria-label={countOf(category.count, 'product')}>
                    {category.count}
                  </span>
                </Link>
              </li>
            ))
          : Array.from({ length: 12 }, (_, index) => (
              <li key={index} aria-hidden="true">
                <span className="skeleton skeleton-line" />
              </li>
            ))}
      </ul>
    </nav>
  );
}
