/** The tables of the catalog, in the order they came to be. */
export const MIGRATIONS = [
  `CREATE TABLE category (id TEXT PRIMARY KEY, name TEXT NOT NULL);
   CREATE TABLE product (
     number INTEGER PRIMARY KEY,
     id TEXT NOT NULL UNIQUE,
     name TEXT NOT NULL COLLATE NOCASE,
     category_id TEXT NOT NULL REFERENCES category,
     price INTEGER NOT NULL,
     sku TEXT NOT NULL UNIQUE,
     description TEXT NOT NULL,
     attributes TEXT NOT NULL,
     motif TEXT NOT NULL,
     created_at TEXT NOT NULL
   );
   CREATE INDEX product_by_name ON product (name, id);
   CREATE INDEX product_by_price ON product (price, id);
   CREATE INDEX product_by_age ON product (created_at, id);
   CREATE INDEX product_by_category ON product (category_id, name, id);
   CREATE TABLE variant (
     product_id TEXT NOT NULL REFERENCES product (id),
     position INTEGER NOT NULL,
     id TEXT NOT NULL UNIQUE,
     name TEXT NOT NULL,
     price INTEGER NOT NULL,
     PRIMARY KEY (product_id, position)
   ) WITHOUT ROWID;
   CREATE VIRTUAL TABLE product_search USING fts5 (
     name, category, attributes, description, tokenize = 'porter unicode61 remove_diacritics 2'
   );
   INSERT INTO product_search (product_search, rank) VALUES ('rank', 'bm25(10.0, 4.0, 3.0, 1.0)');`,
];
