import { Link } from 'wouter';

/** Said where an empty basket would be shown. */
export function EmptyBasket() {
  return (
    <section className="page page-narrow page-error">
      <h1>Your basket is empty</h1>
      <p>Nothing in it yet. The newest arrivals are a good place to start.</p>
      <Link className="button" href="/browse?sort=newest">
        See what is new
      </Link>
    </section>
  );
}
