/** The contestants `session` and `bearer`, with credentials that are known, and the same requests through a public route. */
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Controller, Get, Inject, Module } from '@nestjs/common';
import { AuthModule, SESSIONS, SessionCookie, type Sessions } from '@portico/auth';
import { Allow, type Principal } from '@portico/core';
import { RoutingModule } from '@portico/routing';
import { runBff } from '@portico/server';
import { defineUpstream } from '@portico/upstream';
import { exportJWK, SignJWT } from 'jose';
import { settings } from './settings.ts';

const LIFE = 86_400;
const NAME = 'bench';

/** An identity provider that has a key and nothing else; whoever is measured asks it once. */
async function startProvider(): Promise<{ readonly issuer: string; accessToken(): Promise<string> }> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = { ...(await exportJWK(publicKey)), kid: 'k-1', alg: 'RS256', use: 'sig' };
  const server = createServer((request, response) => {
    const metadata = {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/keys`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    };
    const body = JSON.stringify(request.url === '/keys' ? { keys: [key] } : metadata);
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const claims = { client_id: 'mobile-app', scope: 'openid profile email', roles: ['customer'], acr: '1' };
  const accessToken = () =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: key.kid })
      .setIssuer(issuer)
      .setSubject('f1c7a1de-6d3c-4c55-9f8e-0f5a0d1f7a10')
      .setAudience('portico-api')
      .setJti('3b0fbb4e-8d7d-4c0c-a8a4-1d7f1b7e9c55')
      .setIssuedAt()
      .setExpirationTime(`${LIFE}s`)
      .sign(privateKey);
  return { issuer, accessToken };
}

const alice: Principal = {
  id: 'http://127.0.0.1 alice',
  issuer: 'http://127.0.0.1',
  subject: 'alice',
  door: 'session',
  clientId: NAME,
  roles: new Set(['customer']),
  scopes: new Set(['openid', 'profile', 'email']),
  acr: '1',
  authTime: undefined,
  claims: { name: 'Alice' },
  session: undefined,
};

async function cookieOf(sessions: Sessions, { name }: SessionCookie): Promise<string> {
  const { secret } = await sessions.begin({
    principal: alice,
    tokens: {
      accessToken: 'x'.repeat(900),
      accessTokenExpiresAt: Date.now() + LIFE * 1_000,
      refreshToken: undefined,
      refreshTokenExpiresAt: undefined,
      idToken: 'x'.repeat(900),
    },
    providerSession: undefined,
    device: { userAgent: 'bench', address: '127.0.0.1' },
  });
  return `${name}=${secret}`;
}

const provider = await startProvider();
process.env['OIDC_ISSUER'] = provider.issuer;
const accessToken = await provider.accessToken();

/** Tells the load which header fields it has to send. */
@Controller('credentials')
class CredentialsController {
  constructor(
    @Inject(SESSIONS) private readonly sessions: Sessions | undefined,
    @Inject('cookie') private readonly cookie: SessionCookie,
  ) {}

  @Get()
  @Allow('public')
  async fields(): Promise<Readonly<Record<string, string>>> {
    if (!this.sessions) return { authorization: `Bearer ${accessToken}` };
    return { cookie: await cookieOf(this.sessions, this.cookie), 'x-csrf': '1' };
  }
}

const catalog = defineUpstream('catalog', { url: settings.catalog });
const route = { methods: ['GET'], upstream: catalog, to: '/documents/:size', timeout: 60_000 } as const;
const who = { name: NAME, port: settings.port };

@Module({
  imports: [
    settings.door === 'bearer' ? AuthModule.bearer(who) : AuthModule.cookie(who),
    RoutingModule.forRoot({
      name: NAME,
      upstreams: [catalog],
      routes: [
        { ...route, path: '/documents/:size', auth: 'public' },
        { ...route, path: '/own/documents/:size', auth: { roles: ['customer'] } },
      ],
    }),
  ],
  controllers: [CredentialsController],
  providers: [{ provide: 'cookie', useFactory: () => new SessionCookie(NAME) }],
})
class AppModule {}

await runBff({ ...who, module: AppModule });
