import { Controller, Delete, Get, Header, HttpCode, Inject, Param, Query, type Type } from '@nestjs/common';
import { Allow, type Requirements } from '@portico/core';
import { EndsAccess } from '../audit-trail/ends-access.ts';
import { placeOf, placeText } from './list-place.ts';
import { type StaffSession, StaffSessions } from './staff-sessions.ts';

interface StaffSessionList {
  readonly items: readonly StaffSession[];
  /** What the query parameter `after` of the next page is; null when there is none. */
  readonly next: string | null;
  readonly unseen: readonly string[];
}

/**
 * The endpoints by which staff see the sessions of a user and end them: of someone who left, or whose browser was stolen.
 * Their own as well. The user stands in the path and not in the query, which the audit trail leaves out.
 *
 * @param access who may; never everybody who is logged in
 * @throws TypeError when the access cannot be enforced
 */
export function staffSessionsController(access: Requirements): Type {
  if (typeof access !== 'object') throw new TypeError('staff sessions: access must say what staff must have');

  @Controller('bff/staff/sessions/:user')
  class StaffSessionsController {
    constructor(@Inject(StaffSessions) private readonly sessions: StaffSessions) {}

    /** The sessions of the user with that `sub`, the newest first, a page at a time; an empty list when there are none, or no such user. `unseen` as in `StaffSessions`. */
    @Get()
    @Allow(access)
    @Header('cache-control', 'no-store')
    async list(@Param('user') user: string, @Query('after') after: unknown): Promise<StaffSessionList> {
      const { items, next } = await this.sessions.list(user, placeOf(after));
      return { items, next: placeText(next), unseen: this.sessions.unseen };
    }

    /** Ends them all and says how many there were. */
    @Delete()
    @Allow(access)
    @EndsAccess()
    @Header('cache-control', 'no-store')
    async endAll(@Param('user') user: string): Promise<{ readonly ended: number }> {
      return { ended: await this.sessions.endAll(user) };
    }

    /** Ends one; 404 when the user has no such session. */
    @Delete(':handle')
    @Allow(access)
    @EndsAccess()
    @HttpCode(204)
    end(@Param('user') user: string, @Param('handle') handle: string): Promise<void> {
      return this.sessions.end(user, handle);
    }
  }

  return StaffSessionsController;
}
