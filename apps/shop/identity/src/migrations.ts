/** The tables of identity, oldest first; a migration that was released is never edited. */
export const migrations: readonly string[] = [
  `CREATE TABLE accounts (
     id TEXT PRIMARY KEY,
     username TEXT NOT NULL UNIQUE COLLATE NOCASE,
     email TEXT NOT NULL UNIQUE COLLATE NOCASE,
     given_name TEXT NOT NULL,
     family_name TEXT NOT NULL,
     password TEXT NOT NULL,
     roles TEXT NOT NULL,
     disabled INTEGER NOT NULL DEFAULT 0
   ) STRICT;
   CREATE TABLE artifacts (
     kind TEXT NOT NULL,
     id TEXT NOT NULL,
     payload TEXT NOT NULL,
     expires_at INTEGER NOT NULL,
     consumed_at INTEGER,
     account_id TEXT,
     grant_id TEXT,
     session_uid TEXT,
     PRIMARY KEY (kind, id)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX artifacts_by_expiry ON artifacts (expires_at);
   CREATE INDEX artifacts_by_grant ON artifacts (grant_id) WHERE grant_id IS NOT NULL;
   CREATE INDEX artifacts_by_session ON artifacts (session_uid) WHERE session_uid IS NOT NULL;
   CREATE INDEX artifacts_by_account ON artifacts (account_id, kind) WHERE account_id IS NOT NULL;
   CREATE INDEX artifacts_of_nobody ON artifacts (kind, expires_at) WHERE account_id IS NULL;
   CREATE TABLE signing_keys (
     kid TEXT PRIMARY KEY,
     jwk TEXT NOT NULL,
     state TEXT NOT NULL CHECK (state IN ('current', 'next', 'retired'))
   ) STRICT;
   CREATE TABLE cookie_keys (
     key TEXT PRIMARY KEY
   ) STRICT;`,
];
