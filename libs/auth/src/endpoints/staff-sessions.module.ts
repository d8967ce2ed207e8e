import { type DynamicModule, Inject, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Requirements } from '@portico/core';
import { openRedis } from '@portico/redis';
import type { AuthSettings } from '../auth-settings.ts';
import { AUTH_SETTINGS, SESSIONS } from '../injection.ts';
import { RedisSessionStore } from '../session/redis-session-store.ts';
import { SessionCipher } from '../session/session-cipher.ts';
import { createSessions } from '../session/session-service.ts';
import type { Sessions } from '../session/sessions.ts';
import { staffSessionsController } from './staff-sessions.controller.ts';
import { StaffSessions } from './staff-sessions.ts';

/** Who are staff, and whose sessions they look after. */
export interface StaffSessionsOptions {
  /** Name of the BFF that offers it, one with `AuthModule.cookie`. */
  readonly name: string;
  /** Who may see and end the sessions of others. */
  readonly access: Requirements;
  /**
   * Further BFFs whose sessions are looked after, by name. They have the same `REDIS_URL`; what can be seen of their sessions
   * before they are ended needs the same `SESSION_KEYS`. Default none.
   */
  readonly others?: readonly string[];
}

const log = new Logger('StaffSessions');

/** The sessions of the other BFFs, by name. */
const OTHERS = Symbol('portico.sessions-of-others');

type SessionsByBff = ReadonlyMap<string, Sessions>;

/** The endpoints under `/bff/staff/sessions/:user`. Import it beside `AuthModule.cookie`. */
@Module({})
export class StaffSessionsModule implements OnApplicationShutdown {
  constructor(@Inject(OTHERS) private readonly others: SessionsByBff) {}

  /** @throws TypeError when the access cannot be enforced */
  static forRoot({ name, access, others = [] }: StaffSessionsOptions): DynamicModule {
    return {
      module: StaffSessionsModule,
      controllers: [staffSessionsController(access)],
      providers: [
        {
          provide: OTHERS,
          useFactory: (settings: AuthSettings) => openOthers(others, settings),
          inject: [AUTH_SETTINGS],
        },
        {
          provide: StaffSessions,
          useFactory: (own: Sessions, open: SessionsByBff, { issuer }: AuthSettings) =>
            new StaffSessions(
              new Map([[name, own], ...open]),
              issuer,
              others.filter((other) => !open.has(other)),
            ),
          inject: [SESSIONS, OTHERS, AUTH_SETTINGS],
        },
      ],
    };
  }

  /** Closes what it opened; the BFF's own sessions are `AuthModule`'s. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.others.values()].map((sessions) => sessions.close()));
  }
}

function openOthers(names: readonly string[], { redisUrl, sessionKeys }: AuthSettings): SessionsByBff {
  if (names.length === 0) return new Map();
  if (redisUrl === undefined) {
    log.warn(`without REDIS_URL staff cannot see and end the sessions of ${names.join(', ')}`);
    return new Map();
  }
  const cipher = new SessionCipher(sessionKeys);
  return new Map(
    names.map((name) => {
      const store = new RedisSessionStore({ redis: openRedis(redisUrl), name });
      return [name, createSessions({ store, cipher })];
    }),
  );
}
