import { randomBytes } from 'node:crypto';
import type { TokenSource } from '@portico/core';
import { requireService, testContext } from '@portico/testing';
import { decodeJwt } from 'jose';
import { logInAtKeycloak, mobileToken } from '../../test/tokens/keycloak.ts';
import { createProvider } from '../provider/create-provider.ts';
import type { Provider } from '../provider/provider.ts';
import { MemorySessionStore } from '../session/memory-session-store.ts';
import { SessionCipher } from '../session/session-cipher.ts';
import { createSessions } from '../session/session-service.ts';
import { UpstreamTokens } from './upstream-tokens.ts';

const EXCHANGE = { exchange: { audience: 'ordering', scope: 'ordering' } } as const;
const issuer = `${requireService('KEYCLOAK_URL')}/realms/portico`;

function providerFor(clientId: string): Provider {
  return createProvider({
    issuer,
    clientId,
    clientSecret: `${clientId}-secret`,
    publicUrl: 'http://127.0.0.1:3000',
    scope: 'openid',
    rolesClaim: 'realm_access.roles',
  });
}

const take = async (source: TokenSource, token: Parameters<TokenSource['tokenFor']>[0]) => {
  const authorization = await source.tokenFor(token, testContext());
  expect(source.tokenFor(token, testContext())).toBe(authorization);
  return authorization;
};

const claimsOf = (authorization: string) => decodeJwt(authorization.slice('Bearer '.length));

describe('tokens for upstreams from Keycloak', () => {
  it("are a client's own, known without a wait from then on", async () => {
    const authorization = await take(new UpstreamTokens({ provider: providerFor('reports') }).ofNobody, { client: {} });
    const claims = claimsOf(authorization);
    expect(claims).toMatchObject({ iss: issuer, azp: 'reports' });
    expect([claims.aud].flat()).toContain('portico-api');
  });

  it("are exchanged for a phone's, good for one audience only and no longer than that one", async () => {
    const accessToken = await mobileToken(issuer, 'alice');
    const { sub, exp } = decodeJwt(accessToken);
    const tokens = new UpstreamTokens({ provider: providerFor('portico-api') });
    const source = tokens.ofBearer({ accessToken, expiresAt: exp! * 1_000 });
    const claims = claimsOf(await take(source, EXCHANGE));
    expect(claims).toMatchObject({ sub, aud: 'ordering', azp: 'portico-api' });
    expect(await take(source, 'user')).toBe(`Bearer ${accessToken}`);
  });

  it('are refused to a client that the token is not for', async () => {
    const accessToken = await mobileToken(issuer, 'alice');
    const tokens = new UpstreamTokens({ provider: providerFor('web-bff') });
    const source = tokens.ofBearer({ accessToken, expiresAt: Date.now() + 60_000 });
    await expect(source.tokenFor(EXCHANGE, testContext())).rejects.toMatchObject({ code: 'forbidden' });
  });

  it("are exchanged for a session's, which is refreshed first when it is about to end", async () => {
    const provider = providerFor('web-bff');
    const sessions = createSessions({
      store: new MemorySessionStore(),
      cipher: new SessionCipher([randomBytes(32).toString('base64url')]),
    });
    try {
      const login = await logInAtKeycloak(provider, 'bob');
      const soon = { ...login.tokens, accessTokenExpiresAt: Date.now() + 1_000 };
      const device = { userAgent: 'Firefox', address: '192.0.2.1' };
      const { session } = await sessions.begin({ ...login, tokens: soon, device });
      const source = new UpstreamTokens({ provider, sessions }).ofSession(session);
      expect(claimsOf(await take(source, EXCHANGE))).toMatchObject({ sub: login.principal.subject, aud: 'ordering' });
      expect(await take(source, 'user')).not.toBe(`Bearer ${login.tokens.accessToken}`);
    } finally {
      await sessions.close();
    }
  });
});
