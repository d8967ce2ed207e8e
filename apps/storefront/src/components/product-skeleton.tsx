/** A product page's shape while it loads. */
export function ProductSkeleton() {
  return (
    <div className="page" aria-busy="true">
      <p className="visually-hidden">Loading the product</p>
      <div className="product-top" aria-hidden="true">
        <div className="gallery">
          <div className="plate skeleton" />
        </div>
        <div className="product-waiting">
          <div className="skeleton skeleton-title" />
          <div className="skeleton skeleton-line skeleton-short" />
          <div className="skeleton skeleton-block" />
        </div>
      </div>
    </div>
  );
}
