import { Controller, Delete, Get, Header, HttpCode, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { Allow, BffError, contextOf, type Principal } from '@portico/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EndsAccess } from '../audit-trail/ends-access.ts';
import { SESSIONS } from '../injection.ts';
import type { Device } from '../session/session.ts';
import { SessionCookie } from '../session/session-cookie.ts';
import type { Sessions } from '../session/sessions.ts';
import { placeOf, placeText } from './list-place.ts';

/** A session as its user sees it in the list of devices. Times are ISO 8601. */
export interface SessionItem {
  readonly handle: string;
  readonly device: Device;
  readonly createdAt: string;
  readonly lastSeenAt: string;
  readonly expiresAt: string;
  /** Whether it is the one that asks. */
  readonly current: boolean;
}

/** A page of them. */
export interface SessionList {
  readonly items: readonly SessionItem[];
  /** What the query parameter `after` of the next page is; null when there is none. */
  readonly next: string | null;
}

/** The user's own sessions: which there are, and the end of one or of all. Staff has an API of its own for those of others. */
@Controller('bff/sessions')
export class SessionsController {
  constructor(
    @Inject(SESSIONS) private readonly sessions: Sessions,
    @Inject(SessionCookie) private readonly cookie: SessionCookie,
  ) {}

  /** The newest first, a page at a time. */
  @Get()
  @Allow('user')
  @Header('cache-control', 'no-store')
  async list(@Req() { raw }: FastifyRequest, @Query('after') after: unknown): Promise<SessionList> {
    const { id, session: current } = principalOf(raw);
    const page = await this.sessions.list(id, placeOf(after));
    const items = page.items.map(({ handle, device, createdAt, lastSeenAt, expiresAt }) => ({
      handle,
      device,
      createdAt: new Date(createdAt).toISOString(),
      lastSeenAt: new Date(lastSeenAt).toISOString(),
      expiresAt: new Date(expiresAt).toISOString(),
      current: handle === current,
    }));
    return { items, next: placeText(page.next) };
  }

  /** Ends all but this one; with `all=true` this one too. Says how many. */
  @Delete()
  @Allow('user')
  @EndsAccess()
  @Header('cache-control', 'no-store')
  async endAll(
    @Req() { raw }: FastifyRequest,
    @Query('all') all: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ readonly ended: number }> {
    const { id, session } = principalOf(raw);
    const ended = await this.sessions.endAll(id, all === 'true' ? undefined : session);
    if (all === 'true') reply.header('set-cookie', this.cookie.clear());
    return { ended };
  }

  /** 404 for a session that there is not, or that is somebody else's. */
  @Delete(':handle')
  @Allow('user')
  @EndsAccess()
  @HttpCode(204)
  @Header('cache-control', 'no-store')
  async end(
    @Req() { raw }: FastifyRequest,
    @Param('handle') handle: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const { id, session } = principalOf(raw);
    if (!(await this.sessions.end(id, handle))) throw new BffError('resource-not-found');
    if (handle === session) reply.header('set-cookie', this.cookie.clear());
  }
}

/** The guard has let somebody in, by a session. */
function principalOf(raw: FastifyRequest['raw']): Principal {
  const { principal } = contextOf(raw);
  if (!principal) throw new BffError('unauthenticated');
  return principal;
}
