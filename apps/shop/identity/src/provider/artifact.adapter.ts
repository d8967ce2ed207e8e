import type { Database } from '@portico/shop-kit';
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';

interface Row {
  readonly payload: string;
  readonly consumed_at: number | null;
}

/** Logins under way, and sessions without a user, that are kept: anybody can begin one, so the oldest make room. */
const MAX_OF_NOBODY = 20_000;

const now = (): number => Math.floor(Date.now() / 1000);

/**
 * Keeps one kind of what the provider remembers (sessions, grants, codes, refresh tokens) in the database. Expired rows are removed when
 * others are written.
 */
export class ArtifactAdapter implements Adapter {
  readonly #kind: string;
  readonly #database: Database;

  /** @param kind as the provider calls it, such as `RefreshToken` */
  constructor(kind: string, database: Database) {
    this.#kind = kind;
    this.#database = database;
  }

  /** @param expiresIn seconds; undefined, as for clients that register themselves, is not offered here */
  async upsert(id: string, payload: AdapterPayload, expiresIn = 0): Promise<void> {
    const { accountId = null, grantId = null, sessionUid, uid } = payload;
    const session = (this.#kind === 'Session' ? uid : sessionUid) ?? null;
    await this.#database.batch([
      { sql: 'DELETE FROM artifacts WHERE expires_at <= ?', args: [now()] },
      ...(accountId === null ? [this.#makeRoom()] : []),
      {
        sql: `INSERT INTO artifacts (kind, id, payload, expires_at, account_id, grant_id, session_uid)
              VALUES (?, ?, ?, ?, ?, ?, ?)
              ON CONFLICT (kind, id) DO UPDATE SET payload = excluded.payload, expires_at = excluded.expires_at,
                account_id = excluded.account_id, grant_id = excluded.grant_id, session_uid = excluded.session_uid`,
        args: [this.#kind, id, JSON.stringify(payload), now() + expiresIn, accountId, grantId, session],
      },
    ]);
  }

  /** The artifact with an id. */
  find(id: string): Promise<AdapterPayload | undefined> {
    return this.#first('id = ?', id);
  }

  /** The session with a uid. */
  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#first('session_uid = ?', uid);
  }

  /** Belongs to the device flow, which is not offered. */
  findByUserCode(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  /**
   * Marks a code or refresh token as used. Of two that use the same one at the same time the second is refused, and what came of the
   * grant is revoked: one of the two is a thief.
   *
   * @throws InvalidGrant when it is used already
   */
  async consume(id: string): Promise<void> {
    const key = [this.#kind, id];
    const sql = 'UPDATE artifacts SET consumed_at = ? WHERE kind = ? AND id = ? AND consumed_at IS NULL';
    if ((await this.#database.run(sql, [now(), ...key])) > 0) return;
    const row = await this.#database.first<{ grant_id: string | null }>(
      'SELECT grant_id FROM artifacts WHERE kind = ? AND id = ?',
      key,
    );
    if (row?.grant_id) await revokeGrants(this.#database, [row.grant_id]);
    throw new errors.InvalidGrant('already used');
  }

  /** Removes the artifact, if it is there. */
  async destroy(id: string): Promise<void> {
    await this.#database.run('DELETE FROM artifacts WHERE kind = ? AND id = ?', [this.#kind, id]);
  }

  /** Removes all of this kind that came of a grant. */
  async revokeByGrantId(grantId: string): Promise<void> {
    await this.#database.run('DELETE FROM artifacts WHERE kind = ? AND grant_id = ?', [this.#kind, grantId]);
  }

  #makeRoom(): { sql: string; args: (string | number)[] } {
    return {
      sql: `DELETE FROM artifacts WHERE kind = ?1 AND account_id IS NULL AND id IN
              (SELECT id FROM artifacts WHERE kind = ?1 AND account_id IS NULL ORDER BY expires_at DESC LIMIT -1 OFFSET ?2)`,
      args: [this.#kind, MAX_OF_NOBODY - 1],
    };
  }

  async #first(condition: string, value: string): Promise<AdapterPayload | undefined> {
    const row = await this.#database.first<Row>(
      `SELECT payload, consumed_at FROM artifacts WHERE kind = ? AND expires_at > ? AND ${condition}`,
      [this.#kind, now(), value],
    );
    if (!row) return undefined;
    const payload = JSON.parse(row.payload) as AdapterPayload;
    return row.consumed_at === null ? payload : { ...payload, consumed: row.consumed_at };
  }
}

/** Removes grants and all that came of them: codes, refresh tokens, and with the grant the access tokens that are introspected. */
export async function revokeGrants(database: Database, grantIds: readonly string[]): Promise<void> {
  const list = JSON.stringify(grantIds);
  await database.batch([
    { sql: 'DELETE FROM artifacts WHERE grant_id IN (SELECT value FROM json_each(?))', args: [list] },
    { sql: "DELETE FROM artifacts WHERE kind = 'Grant' AND id IN (SELECT value FROM json_each(?))", args: [list] },
  ]);
}

/** Removes the grants that were made in a session of a browser. */
export async function revokeSession(database: Database, sessionUid: string): Promise<void> {
  const sql = 'SELECT DISTINCT grant_id AS id FROM artifacts WHERE session_uid = ? AND grant_id IS NOT NULL';
  const rows = await database.all<{ id: string }>(sql, [sessionUid]);
  await revokeGrants(
    database,
    rows.map(({ id }) => id),
  );
}

/** Ids of the sessions of a user. */
export async function sessionsOf(database: Database, accountId: string): Promise<string[]> {
  const sql = "SELECT id FROM artifacts WHERE kind = 'Session' AND account_id = ? AND expires_at > ?";
  const rows = await database.all<{ id: string }>(sql, [accountId, now()]);
  return rows.map(({ id }) => id);
}
