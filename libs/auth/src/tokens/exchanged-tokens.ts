import { hash } from 'node:crypto';
import type { IssuedToken, Provider } from '../provider/provider.ts';
import { CachedToken, type TokenMeans } from './cached-token.ts';

/** A user's access token, as a session or a request holds it. */
export interface UserToken {
  readonly accessToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** What a token is exchanged for. */
export interface ExchangeTarget {
  readonly audience: string;
  readonly scope?: string;
}

/** Exchanged tokens that are kept, and their characters; beyond either the one that was not used for longest goes. */
const MOST_ENTRIES = 10_000;
const MOST_CHARACTERS = 32 * 1024 * 1024;

interface Entry {
  readonly token: CachedToken;
  /** Of the token that it holds. */
  characters: number;
  /** When the user's token ends. */
  readonly expiresAt: number;
}

/**
 * Tokens that users' tokens were exchanged for (RFC 8693), found by a hash of the token and what it was exchanged for: no key
 * here can be used as a token. None outlives the token it was made of, so what ends that one ends it too.
 */
export class ExchangedTokens {
  /** The one that was not used for longest comes first. */
  private readonly entries = new Map<string, Entry>();
  private characters = 0;

  constructor(
    private readonly provider: Pick<Provider, 'exchangeToken'>,
    private readonly means: TokenMeans,
  ) {}

  /** How many are kept. */
  get size(): number {
    return this.entries.size;
  }

  /** The value of `Authorization`. Rejects with the BffError of the provider. */
  take(user: UserToken, target: ExchangeTarget): string | Promise<string> {
    const key = keyOf(user, target);
    const entry = this.entryOf(key, user);
    return entry.token.take(async () => {
      const issued = await this.exchange(user, target);
      this.hold(key, entry, issued.accessToken.length);
      return issued;
    });
  }

  /** An upstream answered 401 to this value. */
  refused(user: UserToken, target: ExchangeTarget, authorization: string): void {
    this.entries.get(keyOf(user, target))?.token.refused(authorization);
  }

  private entryOf(key: string, { expiresAt }: UserToken): Entry {
    const known = this.entries.get(key);
    if (known) {
      this.entries.delete(key);
      this.entries.set(key, known);
      return known;
    }
    this.makeRoom(MOST_ENTRIES - 1);
    const entry = { token: new CachedToken(this.means), expiresAt, characters: 0 };
    this.entries.set(key, entry);
    return entry;
  }

  /** Counts the token that an entry has got, if it is still kept. */
  private hold(key: string, entry: Entry, characters: number): void {
    if (this.entries.get(key) !== entry) return;
    this.characters += characters - entry.characters;
    entry.characters = characters;
    this.makeRoom(MOST_ENTRIES);
  }

  /** Takes out those at the end of the line that nobody can use any more, and as many in any case as there are too many. */
  private makeRoom(most: number): void {
    const now = this.means.clock.epoch();
    for (const [key, { expiresAt, characters }] of this.entries) {
      if (expiresAt > now && this.entries.size <= most && this.characters <= MOST_CHARACTERS) return;
      this.entries.delete(key);
      this.characters -= characters;
    }
  }

  private async exchange(user: UserToken, target: ExchangeTarget): Promise<IssuedToken> {
    const { accessToken, expiresAt } = await this.provider.exchangeToken(user.accessToken, target);
    return { accessToken, expiresAt: Math.min(expiresAt, user.expiresAt) };
  }
}

/** None of the three holds a line break: tokens are visible ASCII, and boot checks the other two. */
function keyOf({ accessToken }: UserToken, { audience, scope = '' }: ExchangeTarget): string {
  return hash('sha256', `${accessToken}\n${audience}\n${scope}`, 'base64url');
}
