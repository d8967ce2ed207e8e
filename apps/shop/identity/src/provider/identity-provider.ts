import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Database } from '@portico/shop-kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AddressInfo } from 'node:net';
import { type Client, Provider } from 'oidc-provider';
import { AccountsService } from '../accounts/accounts.service.ts';
import { IdentitySettings } from '../identity-settings.ts';
import { isPostLogoutRedirectAllowed, isRedirectAllowed } from './clients.ts';
import { configurationOf } from './configuration.ts';
import { introspectJwts } from './introspection.ts';
import { finishLogout } from './logout.ts';
import { OwnTokens } from './own-tokens.ts';
import { type ProviderKeys, SigningKeys } from './signing-keys.ts';
import { registerTokenExchange } from './token-exchange.ts';

/** The paths that oidc-provider serves; all others are Nest's. */
const PATHS = [
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
  '/auth',
  '/auth/:uid',
  '/jwks',
  '/request',
  '/session/end',
  '/session/end/*',
  '/token',
  '/token/*',
];

/** oidc-provider, as a part of the Nest application: it gets its requests as they came, and is made anew when the keys change. */
@Injectable()
export class IdentityProvider implements OnModuleInit {
  readonly #logger = new Logger('IdentityProvider');
  #keys: ProviderKeys = { signing: [], cookies: [] };
  #running: { provider: Provider; handle: ReturnType<Provider['callback']> } | undefined;

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly database: Database,
    private readonly settings: IdentitySettings,
    private readonly accounts: AccountsService,
    private readonly keys: SigningKeys,
  ) {}

  /** Called by Nest. */
  async onModuleInit(): Promise<void> {
    this.#keys = await this.keys.load();
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    await fastify.register((scope, _options, done) => {
      // The provider reads bodies itself.
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));
      for (const path of PATHS) scope.all(path, (request, reply) => this.#serve(request, reply));
      done();
    });
  }

  /** The provider of the present keys; its issuer is known once the service listens. */
  get provider(): Provider {
    return this.#current().provider;
  }

  /** Signs with the next key from now on. See {@link SigningKeys.rotate}. */
  async rotateKeys(): Promise<void> {
    this.#keys = await this.keys.rotate();
    this.#running = undefined;
  }

  #serve({ raw }: FastifyRequest, reply: FastifyReply): void {
    const { provider, handle } = this.#current();
    const { protocol, host } = new URL(provider.issuer);
    // All addresses the provider tells are under its issuer, whatever host the request names.
    raw.headers['x-forwarded-proto'] = protocol.slice(0, -1);
    raw.headers['x-forwarded-host'] = host;
    reply.hijack();
    void handle(raw, reply.raw);
  }

  #current() {
    this.#running ??= this.#create(this.settings.issuer ?? this.#ownUrl());
    return this.#running;
  }

  #create(issuer: string) {
    const { database, settings, accounts } = this;
    const provider = new Provider(issuer, configurationOf({ settings, database, accounts, keys: this.#keys }));
    const tokens = new OwnTokens(provider, this.#keys.signing, accounts);
    provider.proxy = true;
    registerTokenExchange(provider, () => tokens, settings.accessTokenLife);
    provider.use(finishLogout(database));
    provider.use(introspectJwts(() => tokens));
    Object.assign(provider.Client.prototype, {
      redirectUriAllowed(this: Client, uri: string) {
        return isRedirectAllowed(this, uri);
      },
      postLogoutRedirectUriAllowed(this: Client, uri: string) {
        return isPostLogoutRedirectAllowed(this, uri);
      },
    });
    provider.on('server_error', (_ctx, error) => this.#logger.error(error.stack ?? error.message));
    return { provider, handle: provider.callback() };
  }

  #ownUrl(): string {
    const { port } = this.host.httpAdapter.getHttpServer().address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }
}
