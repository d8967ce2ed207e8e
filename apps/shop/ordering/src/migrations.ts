/** The tables of ordering, oldest first; a migration that was released is never edited. */
export const migrations: readonly string[] = [
  `CREATE TABLE orders (
     id TEXT PRIMARY KEY,
     state TEXT NOT NULL,
     customer TEXT NOT NULL,
     address TEXT NOT NULL,
     pieces INTEGER NOT NULL,
     amount INTEGER NOT NULL,
     created_at INTEGER NOT NULL,
     updated_at INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX orders_newest ON orders (created_at DESC, id DESC);
   CREATE INDEX orders_by_state ON orders (state, created_at DESC, id DESC);
   CREATE TABLE order_lines (
     order_id TEXT NOT NULL REFERENCES orders (id),
     position INTEGER NOT NULL,
     product_id TEXT NOT NULL,
     variant_id TEXT,
     name TEXT NOT NULL,
     quantity INTEGER NOT NULL CHECK (quantity > 0),
     unit_amount INTEGER NOT NULL CHECK (unit_amount >= 0),
     PRIMARY KEY (order_id, position)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE order_history (
     order_id TEXT NOT NULL REFERENCES orders (id),
     position INTEGER NOT NULL,
     state TEXT NOT NULL,
     at INTEGER NOT NULL,
     PRIMARY KEY (order_id, position)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE checkouts (
     key TEXT PRIMARY KEY,
     body_hash TEXT NOT NULL,
     basket_id TEXT NOT NULL UNIQUE,
     lease_until INTEGER NOT NULL,
     reservation_id TEXT,
     draft TEXT,
     placed_at INTEGER,
     basket_deleted INTEGER NOT NULL DEFAULT 0 CHECK (basket_deleted IN (0, 1))
   ) STRICT;`,
  `CREATE INDEX orders_of_customer ON orders (customer ->> 'sub', created_at DESC, id DESC);
   CREATE TABLE addresses (
     id TEXT PRIMARY KEY,
     customer TEXT NOT NULL,
     position INTEGER NOT NULL,
     name TEXT NOT NULL,
     street TEXT NOT NULL,
     city TEXT NOT NULL,
     postal_code TEXT NOT NULL,
     country TEXT NOT NULL,
     UNIQUE (customer, position)
   ) STRICT, WITHOUT ROWID;`,
];
