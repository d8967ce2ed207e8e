import { Link } from 'wouter';
import { useTitle } from '../hooks/use-title.ts';

/** For addresses that lead nowhere; `what` says what was looked for. */
export function NotFoundPage({ what = 'page' }: { what?: string }) {
  useTitle(`No such ${what}`);
  return (
    <section className="page page-narrow page-error">
      <h1>No such {what} here</h1>
      <p>It may have been taken off the shelf, or the address has a slip in it.</p>
      <Link className="button" href="/browse">
        See all goods
      </Link>
    </section>
  );
}
