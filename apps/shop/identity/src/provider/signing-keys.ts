import { Injectable } from '@nestjs/common';
import { Database, type Queries } from '@portico/shop-kit';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { randomBytes } from 'node:crypto';

/** The keys of the provider. */
export interface ProviderKeys {
  /** RSA keys with their private parts: the first signs; the next one and the last one that did are published beside it. */
  readonly signing: readonly JWK[];
  /** The first signs cookies. */
  readonly cookies: readonly string[];
}

type State = 'current' | 'next' | 'retired';

interface KeyRow {
  readonly kid: string;
  readonly jwk: string;
  readonly state: State;
}

const ORDER: readonly State[] = ['current', 'next', 'retired'];

/**
 * The keys in the database, made at the first start. There is always a next signing key, published before it is used, so that whoever
 * keeps a copy of the key set knows it already when it begins to sign.
 */
@Injectable()
export class SigningKeys {
  constructor(private readonly database: Database) {}

  /** The keys; makes those that are missing. */
  async load(): Promise<ProviderKeys> {
    const rows = await this.database.all<KeyRow>('SELECT kid, jwk, state FROM signing_keys');
    if (rows.length === 0) await this.#create();
    return this.database.transaction(read);
  }

  /** The next key becomes the one that signs, the present one only checks from now on, and there is a new next one. */
  async rotate(): Promise<ProviderKeys> {
    const next = await newKey();
    return this.database.transaction(async (queries) => {
      await queries.run("DELETE FROM signing_keys WHERE state = 'retired'");
      await queries.run("UPDATE signing_keys SET state = 'retired' WHERE state = 'current'");
      await queries.run("UPDATE signing_keys SET state = 'current' WHERE state = 'next'");
      await insert(queries, next, 'next');
      return read(queries);
    });
  }

  async #create(): Promise<void> {
    const [current, next] = await Promise.all([newKey(), newKey()]);
    await this.database.transaction(async (queries) => {
      // Another process may have been faster.
      if (await queries.first('SELECT 1 FROM signing_keys')) return;
      await insert(queries, current, 'current');
      await insert(queries, next, 'next');
      await queries.run('INSERT INTO cookie_keys (key) VALUES (?)', [randomBytes(32).toString('base64url')]);
    });
  }
}

async function read(queries: Queries): Promise<ProviderKeys> {
  const rows = await queries.all<KeyRow>('SELECT kid, jwk, state FROM signing_keys');
  const cookies = await queries.all<{ key: string }>('SELECT key FROM cookie_keys');
  rows.sort((one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state));
  return { signing: rows.map(({ jwk }) => JSON.parse(jwk) as JWK), cookies: cookies.map(({ key }) => key) };
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), use: 'sig', alg: 'RS256' };
}

async function insert(queries: Queries, jwk: JWK, state: State): Promise<void> {
  await queries.run('INSERT INTO signing_keys (kid, jwk, state) VALUES (?, ?, ?)', [
    jwk.kid ?? '',
    JSON.stringify(jwk),
    state,
  ]);
}
