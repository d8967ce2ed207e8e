import { BffError } from '@portico/core';
import type { SessionSummary } from '../session/session.ts';
import { comparePlaces, type ListPlace } from '../session/session-store.ts';
import { type Sessions, SESSIONS_A_PAGE } from '../session/sessions.ts';

/** A session as staff see it. */
export interface StaffSession extends SessionSummary {
  /** Name of the BFF that it was begun at. */
  readonly bff: string;
}

/** A page of them. */
export interface StaffSessionPage {
  readonly items: readonly StaffSession[];
  /** What the next page begins behind; undefined: there is none. */
  readonly next: ListPlace | undefined;
}

/** `sub` is at most 255 ASCII characters (OpenID Connect Core 2). */
const SUBJECT = /^[\x20-\x7e]{1,255}$/;

/**
 * The sessions of any user, at all BFFs that staff look after. Users are named by their subject at the issuer, as a client wrote
 * it: any other value is refused with BffError `input-invalid`.
 */
export class StaffSessions {
  /**
   * @param sessions of each BFF, by its name
   * @param issuer that the users are known at
   * @param unseen names of BFFs whose sessions are kept where nobody else can look: staff must know that they may go on
   */
  constructor(
    private readonly sessions: ReadonlyMap<string, Sessions>,
    private readonly issuer: string,
    readonly unseen: readonly string[] = [],
  ) {}

  /**
   * The sessions of a user, the newest first, a page at a time: the lists of all BFFs have one order, so that one place stands for
   * all of them.
   *
   * @param after `next` of the page before. Default the first page
   */
  async list(user: string, after?: ListPlace): Promise<StaffSessionPage> {
    const principal = this.principalOf(user);
    const pages = await Promise.all(
      [...this.sessions].map(async ([bff, sessions]) => ({ bff, page: await sessions.list(principal, after) })),
    );
    const listed = pages
      .flatMap(({ bff, page }) => page.items.map((item) => ({ bff, ...item })))
      .sort((one, other) => comparePlaces(one.place, other.place));
    // Behind the end of a page that has a next one, another BFF may not go on yet.
    const ends = pages.flatMap(({ page }) => page.next ?? []);
    const end = ends.sort(comparePlaces)[0];
    const shown = listed.filter(({ place }) => end === undefined || comparePlaces(place, end) <= 0);
    const items = shown.slice(0, SESSIONS_A_PAGE);
    const next = items.length < shown.length ? items.at(-1)!.place : end;
    return { items: items.map(({ place: _place, ...item }) => item), next };
  }

  /**
   * Ends all sessions of a user. Returns how many. The login at the identity provider stays: whoever must not come back is
   * disabled there too.
   */
  async endAll(user: string): Promise<number> {
    const principal = this.principalOf(user);
    const counts = await this.atAll((sessions) => sessions.endAll(principal));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** @throws BffError `resource-not-found` when the user has no session of that handle */
  async end(user: string, handle: string): Promise<void> {
    const principal = this.principalOf(user);
    const ended = await this.atAll((sessions) => sessions.end(principal, handle));
    if (!ended.includes(true)) throw new BffError('resource-not-found', { detail: 'The user has no such session.' });
  }

  private atAll<T>(work: (sessions: Sessions) => Promise<T>): Promise<T[]> {
    return Promise.all([...this.sessions.values()].map(work));
  }

  private principalOf(user: string): string {
    if (SUBJECT.test(user)) return `${this.issuer} ${user}`;
    const message = 'must be the subject (sub) of a user at the identity provider';
    throw new BffError('input-invalid', { fields: [{ field: 'user', message }] });
  }
}
