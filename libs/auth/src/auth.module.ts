import {
  type DynamicModule,
  Inject,
  Logger,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
  type Provider as NestProvider,
} from '@nestjs/common';
import { APP_GUARD, ModulesContainer } from '@nestjs/core';
import { CONFIG_PROBLEMS, ConfigError } from '@portico/core';
import { type AuthSettings, type BffIdentity, readAuthSettings, type ReadSettings } from './auth-settings.ts';
import { ENDPOINT_CONTROLLERS, ENDPOINT_PROVIDERS } from './endpoints/endpoints.ts';
import { AccessGuard } from './guard/access.guard.ts';
import type { Door } from './guard/door.ts';
import { BearerStrategy, SessionStrategy } from './guard/door-strategy.ts';
import { openBearerDoor, openSessionDoor, openSessions } from './guard/open-door.ts';
import { undeclaredHandlers } from './guard/undeclared-handlers.ts';
import { AUTH_SETTINGS, DOOR, PROVIDER, SESSIONS } from './injection.ts';
import { logAccessEvents } from './policy/access-log.ts';
import { createProvider } from './provider/create-provider.ts';
import type { Provider } from './provider/provider.ts';
import { logReplacedFailures } from './provider/replaced-failure.ts';
import { SessionCipher } from './session/session-cipher.ts';
import { SessionCookie } from './session/session-cookie.ts';
import { logSessionEndings } from './session/session-ending.ts';
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
  private endLogs: readonly (() => void)[] = [];

  constructor(
    @Inject(AUTH_SETTINGS) private readonly settings: AuthSettings,
    @Inject(CONFIG_PROBLEMS) private readonly problems: readonly string[],
    @Inject(DOOR) private readonly door: Door,
    @Inject(SESSIONS) private readonly sessions: Sessions | undefined,
  ) {}

  /** For browsers: login through OpenID Connect, sessions on the server, a cookie that names one, and the endpoints under `/bff`. */
  static cookie(bff: BffIdentity): DynamicModule {
    return doorModule(bff, {
      controllers: ENDPOINT_CONTROLLERS,
      providers: [
        { provide: SessionCookie, useFactory: () => new SessionCookie(bff.name) },
        { provide: SESSIONS, useFactory: sessionsOf(bff), inject: [AUTH_SETTINGS] },
        { provide: DOOR, useFactory: openSessionDoor, inject: [SessionCookie, SESSIONS, PROVIDER, UpstreamTokens] },
        SessionStrategy,
        ...ENDPOINT_PROVIDERS,
      ],
      exports: [SessionCookie],
    });
  }

  /** For phones and programs: access tokens in `Authorization`. */
  static bearer(bff: BffIdentity): DynamicModule {
    const door = (settings: AuthSettings, provider: Provider, tokens: UpstreamTokens, shared?: Sessions): Door =>
      openBearerDoor({ name: bff.name, settings, provider, tokens, shared });
    return doorModule(bff, {
      providers: [
        { provide: SESSIONS, useFactory: proofsOf(bff), inject: [AUTH_SETTINGS] },
        { provide: DOOR, useFactory: door, inject: [AUTH_SETTINGS, PROVIDER, UpstreamTokens, SESSIONS] },
        BearerStrategy,
      ],
    });
  }

  /** Settings that do not fit, and handlers that state no access, end the start here with a ConfigError. */
  onModuleInit(): void {
    if (this.problems.length > 0) throw new ConfigError(this.problems);
    this.endLogs = [logAccessEvents(log), logReplacedFailures(log), logSessionEndings(log)];
    if (this.settings.redisUrl === undefined) this.sayWhatIsInMemory();
  }

  /** Closes what the sessions hold open. */
  async onApplicationShutdown(): Promise<void> {
    for (const end of this.endLogs) end();
    await this.sessions?.close();
  }

  private sayWhatIsInMemory(): void {
    const { dpop } = this.settings;
    const what = this.door.strategy === 'session' ? 'sessions' : dpop === 'off' ? undefined : 'DPoP proofs';
    if (what === undefined) return;
    log.warn(`${what} are in the memory of this process: they end with it, and replicas do not share them (REDIS_URL)`);
  }
}

function problemsOf({ problems }: ReadSettings, modules: ModulesContainer): readonly string[] {
  return [...problems, ...undeclaredHandlers(modules)];
}

/** What a kind of door adds. */
type DoorParts = Pick<DynamicModule, 'controllers' | 'exports'> & { readonly providers: NestProvider[] };

/** What both kinds of doors have in common. */
function doorModule(bff: BffIdentity, { controllers = [], providers, exports = [] }: DoorParts): DynamicModule {
  return {
    module: AuthModule,
    global: true,
    controllers,
    providers: [
      { provide: READ_SETTINGS, useFactory: () => readAuthSettings(bff) },
      { provide: AUTH_SETTINGS, useFactory: ({ settings }: ReadSettings) => settings, inject: [READ_SETTINGS] },
      { provide: CONFIG_PROBLEMS, useFactory: problemsOf, inject: [READ_SETTINGS, ModulesContainer] },
      { provide: PROVIDER, useFactory: createProvider, inject: [AUTH_SETTINGS] },
      {
        provide: UpstreamTokens,
        useFactory: (provider: Provider, sessions?: Sessions) => new UpstreamTokens({ provider, sessions }),
        inject: [PROVIDER, SESSIONS],
      },
      { provide: APP_GUARD, useFactory: accessGuard, inject: [DOOR, UpstreamTokens, AUTH_SETTINGS] },
      ...providers,
    ],
    exports: [AUTH_SETTINGS, CONFIG_PROBLEMS, PROVIDER, DOOR, SESSIONS, ...exports],
  };
}

function accessGuard(door: Door, tokens: UpstreamTokens, { publicUrl, clockSkew }: AuthSettings): AccessGuard {
  return new AccessGuard({ door, publicTokens: tokens.ofNobody, publicUrl, clockSkew });
}

function sessionsOf({ name }: BffIdentity) {
  return (settings: AuthSettings): Sessions => openSessions(name, settings, new SessionCipher(settings.sessionKeys));
}

/** A bearer door has no sessions; where replicas share what they remember of proofs, it is kept as theirs is. */
function proofsOf(bff: BffIdentity) {
  return (settings: AuthSettings): Sessions | undefined =>
    settings.dpop === 'off' || settings.redisUrl === undefined ? undefined : sessionsOf(bff)(settings);
}
