import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AddressInfo } from 'node:net';
import type { Provider } from 'oidc-provider';
import { ProviderFactory } from './provider-factory.ts';
import { type ProviderKeys, SigningKeys } from './signing-keys.ts';

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
  #keys: ProviderKeys = { signing: [], cookies: [] };
  #running: { provider: Provider; handle: ReturnType<Provider['callback']> } | undefined;

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly keys: SigningKeys,
    private readonly factory: ProviderFactory,
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
    this.#running ??= this.#create();
    return this.#running;
  }

  #create() {
    const provider = this.factory.create(this.#ownUrl(), this.#keys);
    return { provider, handle: provider.callback() };
  }

  #ownUrl(): string {
    const { port } = this.host.httpAdapter.getHttpServer().address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }
}
