/** The tables of the reviews, in the order they came to be. */
export const MIGRATIONS = [
  `CREATE TABLE review (
     id TEXT PRIMARY KEY,
     product_id TEXT NOT NULL,
     author TEXT NOT NULL,
     rating INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 5),
     title TEXT NOT NULL,
     text TEXT NOT NULL,
     created_at TEXT NOT NULL
   );
   CREATE INDEX review_by_age ON review (created_at, id);
   CREATE INDEX review_by_product ON review (product_id, created_at, id);
   CREATE INDEX review_rating ON review (product_id, rating);`,
];
