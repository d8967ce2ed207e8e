import {
  type DynamicModule,
  Inject,
  Logger,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
  Optional,
  type Provider as NestProvider,
} from '@nestjs/common';
import { APP_GUARD, ModulesContainer } from '@nestjs/core';
import { ConfigError } from '@portico/core';
import { type AuthSettings, type BffIdentity, readAuthSettings, type ReadSettings } from './auth-settings.ts';
import { AccessGuard } from './guard/access.guard.ts';
import type { Door } from './guard/door.ts';
import { SessionStrategy } from './guard/door-strategy.ts';
import { SessionDoor } from './guard/session.door.ts';
import { undeclaredHandlers } from './guard/undeclared-handlers.ts';
import { AUTH_PROBLEMS, AUTH_SETTINGS, DOOR, PROVIDER, SESSIONS } from './injection.ts';
import { logAccessEvents } from './policy/access-log.ts';
import { createProvider } from './provider/create-provider.ts';
import type { Provider } from './provider/provider.ts';
import { MemorySessionStore } from './session/memory-session-store.ts';
import { SessionCipher } from './session/session-cipher.ts';
import { SessionCookie } from './session/session-cookie.ts';
import { createSessions } from './session/session-service.ts';
import type { Sessions } from './session/sessions.ts';
import { UpstreamTokens } from './tokens/upstream-tokens.ts';

const READ_SETTINGS = Symbol('portico.read-settings');

const log = new Logger('Auth');

/**
 * The door of a BFF: who is it, and may they. One guard for all routes and controllers; what does not say who may call it
 * stops the boot.
 */
@Module({})
export class AuthModule implements OnModuleInit, OnApplicationShutdown {
  private endLog: (() => void) | undefined;

  constructor(
    @Inject(READ_SETTINGS) private readonly read: ReadSettings,
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
    @Optional() @Inject(SESSIONS) private readonly sessions: Sessions | undefined,
  ) {}

  /** For browsers: login through OpenID Connect, a session on the server, a cookie that names it, and the endpoints under `/bff`. */
  static cookie(bff: BffIdentity): DynamicModule {
    return doorModule(bff, {
      exports: [SESSIONS, SessionCookie],
      providers: [
        { provide: SessionCookie, useFactory: () => new SessionCookie(bff.name) },
        {
          provide: SessionCipher,
          useFactory: ({ sessionKeys }: AuthSettings) => new SessionCipher(sessionKeys),
          inject: [AUTH_SETTINGS],
        },
        { provide: SESSIONS, useFactory: openSessions, inject: [AUTH_SETTINGS, SessionCipher] },
        { provide: DOOR, useFactory: sessionDoor, inject: [SessionCookie, SESSIONS, PROVIDER, UpstreamTokens] },
        SessionStrategy,
      ],
    });
  }

  /** Settings that do not fit, and handlers that state no access, end the start here with a ConfigError. */
  onModuleInit(): void {
    const problems = [...this.read.problems, ...undeclaredHandlers(this.modules)];
    if (problems.length > 0) throw new ConfigError(problems);
    this.endLog = logAccessEvents(log);
    if (this.sessions && this.read.settings.redisUrl === undefined) {
      log.warn(
        'sessions are in the memory of this process: they end with it, and replicas do not share them (REDIS_URL)',
      );
    }
  }

  /** Closes what the sessions hold open. */
  async onApplicationShutdown(): Promise<void> {
    this.endLog?.();
    await this.sessions?.close();
  }
}

/** What a kind of door adds. */
type DoorParts = Pick<DynamicModule, 'controllers' | 'exports'> & { readonly providers: NestProvider[] };

/** What both kinds of doors have in common. */
function doorModule(bff: BffIdentity, { providers, exports = [] }: DoorParts): DynamicModule {
  return {
    module: AuthModule,
    global: true,
    providers: [
      { provide: READ_SETTINGS, useFactory: () => readAuthSettings(bff) },
      { provide: AUTH_SETTINGS, useFactory: ({ settings }: ReadSettings) => settings, inject: [READ_SETTINGS] },
      { provide: AUTH_PROBLEMS, useFactory: ({ problems }: ReadSettings) => problems, inject: [READ_SETTINGS] },
      { provide: PROVIDER, useFactory: createProvider, inject: [AUTH_SETTINGS] },
      {
        provide: UpstreamTokens,
        useFactory: (provider: Provider, sessions?: Sessions) => new UpstreamTokens({ provider, sessions }),
        inject: [PROVIDER, { token: SESSIONS, optional: true }],
      },
      { provide: APP_GUARD, useFactory: accessGuard, inject: [DOOR, UpstreamTokens, AUTH_SETTINGS] },
      ...providers,
    ],
    exports: [AUTH_SETTINGS, AUTH_PROBLEMS, PROVIDER, DOOR, ...exports],
  };
}

function accessGuard(door: Door, tokens: UpstreamTokens, { publicUrl }: AuthSettings): AccessGuard {
  return new AccessGuard({ door, publicTokens: tokens.ofNobody, publicUrl });
}

function openSessions({ sessionIdle, sessionLife }: AuthSettings, cipher: SessionCipher): Sessions {
  return createSessions({
    store: new MemorySessionStore(),
    cipher,
    idle: sessionIdle * 1_000,
    life: sessionLife * 1_000,
  });
}

function sessionDoor(cookie: SessionCookie, sessions: Sessions, provider: Provider, tokens: UpstreamTokens): Door {
  return new SessionDoor({ cookie, sessions, provider, tokens });
}
