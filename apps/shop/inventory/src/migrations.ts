/** The tables of inventory, oldest first; a migration that was released is never edited. */
export const migrations: readonly string[] = [
  `CREATE TABLE warehouses (
     id TEXT PRIMARY KEY,
     name TEXT NOT NULL
   ) STRICT;
   CREATE TABLE stock (
     product_id TEXT NOT NULL,
     warehouse_id TEXT NOT NULL REFERENCES warehouses (id),
     available INTEGER NOT NULL CHECK (available >= 0),
     PRIMARY KEY (product_id, warehouse_id)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE adjustments (
     id INTEGER PRIMARY KEY,
     product_id TEXT NOT NULL,
     warehouse_id TEXT NOT NULL,
     delta INTEGER NOT NULL,
     reason TEXT NOT NULL,
     created_at INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE reservations (
     id TEXT PRIMARY KEY,
     state TEXT NOT NULL CHECK (state IN ('held', 'committed', 'released', 'expired')),
     expires_at INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX reservations_held ON reservations (expires_at) WHERE state = 'held';
   CREATE TABLE picks (
     reservation_id TEXT NOT NULL REFERENCES reservations (id),
     product_id TEXT NOT NULL,
     warehouse_id TEXT NOT NULL,
     quantity INTEGER NOT NULL CHECK (quantity > 0),
     PRIMARY KEY (reservation_id, product_id, warehouse_id)
   ) STRICT, WITHOUT ROWID;`,
];
