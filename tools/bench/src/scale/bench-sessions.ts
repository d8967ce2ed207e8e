import { NestFactory } from '@nestjs/core';
import { AuthModule, SESSIONS, type Sessions } from '@portico/auth';
import type { Principal } from '@portico/core';

const LIFE = 86_400_000;

/** Sessions as a BFF has them with these settings, for one measurement. */
export async function withSessions<T>(
  environment: Readonly<Record<string, string>>,
  measure: (sessions: Sessions) => Promise<T>,
): Promise<T> {
  Object.assign(process.env, environment);
  const module = AuthModule.cookie({ name: `bench-${process.pid}`, port: 1 });
  const app = await NestFactory.createApplicationContext(module, { logger: ['error'] });
  try {
    return await measure(app.get<Sessions>(SESSIONS));
  } finally {
    await app.close();
  }
}

/** A login of a user, with tokens of 1 KB each. */
export function loginOf(subject: string): Parameters<Sessions['begin']>[0] {
  const principal: Principal = {
    id: `http://127.0.0.1 ${subject}`,
    issuer: 'http://127.0.0.1',
    subject,
    door: 'session',
    clientId: 'bench',
    roles: new Set(['customer']),
    scopes: new Set(['openid', 'profile', 'email']),
    acr: '1',
    authTime: undefined,
    claims: { name: subject },
    session: undefined,
  };
  const tokens = {
    accessToken: 'a'.repeat(1_024),
    accessTokenExpiresAt: Date.now() + LIFE,
    refreshToken: 'r'.repeat(1_024),
    refreshTokenExpiresAt: undefined,
    idToken: 'i'.repeat(1_024),
  };
  return {
    principal,
    tokens,
    providerSession: `sid of ${subject}`,
    device: { userAgent: 'bench', address: '127.0.0.1' },
  };
}
