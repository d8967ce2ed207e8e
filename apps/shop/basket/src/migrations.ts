/** The tables of basket, oldest first; a migration that was released is never edited. */
export const migrations: readonly string[] = [
  `CREATE TABLE baskets (
     id TEXT PRIMARY KEY,
     updated_at INTEGER NOT NULL,
     expires_at INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX baskets_by_expiry ON baskets (expires_at);
   CREATE TABLE lines (
     basket_id TEXT NOT NULL REFERENCES baskets (id) ON DELETE CASCADE,
     id TEXT NOT NULL,
     position INTEGER NOT NULL,
     product_id TEXT NOT NULL,
     variant_id TEXT NOT NULL,
     name TEXT NOT NULL,
     quantity INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 99),
     unit_amount INTEGER NOT NULL,
     PRIMARY KEY (basket_id, id),
     UNIQUE (basket_id, product_id, variant_id)
   ) STRICT, WITHOUT ROWID;`,
  `ALTER TABLE baskets ADD COLUMN customer TEXT;
   CREATE UNIQUE INDEX baskets_by_customer ON baskets (customer) WHERE customer IS NOT NULL;`,
];
