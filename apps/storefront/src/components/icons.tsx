/** The shop's mark: an arch that is a fireplace from inside and a view of the hills from outside. */
export function BrandMark() {
  return (
    <svg className="brand-mark" viewBox="0 0 32 32" aria-hidden="true">
      <path className="brand-arch" d="M5 29V15a11 11 0 0 1 22 0v14z" />
      <path className="brand-hill" d="M5 29v-7c4-4 8-4 12 0s7 3 10 0v7z" />
      <circle className="brand-sun" cx="16" cy="13" r="3.5" />
    </svg>
  );
}

/** A shopping basket. */
export function BasketIcon() {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M3 10h18l-2 10H5zM8 10l3-6M16 10l-3-6M9.5 14v3M14.5 14v3" />
    </svg>
  );
}

/** A person, for the account. */
export function PersonIcon() {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="12" cy="8" r="4" />
      <path d="M4 21c1-5 4.5-6.5 8-6.5s7 1.5 8 6.5" />
    </svg>
  );
}

/** A magnifying glass. */
export function SearchIcon() {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="10.5" cy="10.5" r="6.5" />
      <path d="M15.5 15.5 21 21" />
    </svg>
  );
}
