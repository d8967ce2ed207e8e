import { randomBytes, randomUUID } from 'node:crypto';
import { Global, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Principal } from '@portico/core';
import { openRedis } from '@portico/redis';
import { eventually, requireService } from '@portico/testing';
import { AUTH_SETTINGS, SESSIONS } from '../injection.ts';
import { RedisSessionStore } from '../session/redis-session-store.ts';
import { SessionCipher } from '../session/session-cipher.ts';
import { createSessions } from '../session/session-service.ts';
import type { Sessions } from '../session/sessions.ts';
import { StaffSessionsModule } from './staff-sessions.module.ts';
import { StaffSessions } from './staff-sessions.ts';

const redisUrl = requireService('REDIS_URL');
const issuer = 'https://id.example';
const run = randomUUID();
const sessionKeys = [randomBytes(32).toString('base64url')];

/** The sessions of a BFF, as its own process opens them. */
function sessionsOf(name: string): Sessions {
  const store = new RedisSessionStore({ redis: openRedis(redisUrl), name: `${run}-${name}` });
  return createSessions({ store, cipher: new SessionCipher(sessionKeys) });
}

const login = (subject: string) => ({
  principal: {
    id: `${issuer} ${subject}`,
    issuer,
    subject,
    roles: new Set(),
    scopes: new Set(),
    claims: {},
  } as Partial<Principal> as Principal,
  tokens: {
    accessToken: 'at',
    accessTokenExpiresAt: Date.now() + 600_000,
    refreshToken: 'rt',
    refreshTokenExpiresAt: undefined,
    idToken: 'id',
  },
  providerSession: undefined,
  device: { userAgent: 'browser', address: '10.0.0.1' },
});

it('case 51: staff of the admin BFF see and end the sessions that a user has at another BFF', async () => {
  const web = sessionsOf('web-bff');
  const admin = sessionsOf('admin-bff');
  @Global()
  @Module({
    providers: [
      { provide: SESSIONS, useValue: admin },
      { provide: AUTH_SETTINGS, useValue: { issuer, redisUrl, sessionKeys } },
    ],
    exports: [SESSIONS, AUTH_SETTINGS],
  })
  class DoorModule {}
  const staff = StaffSessionsModule.forRoot({
    name: 'admin-bff',
    access: { roles: ['staff'] },
    others: [`${run}-web-bff`],
  });
  const app = await NestFactory.createApplicationContext(
    { module: class {}, imports: [DoorModule, staff] },
    { logger: false },
  );
  const sessions = app.get(StaffSessions, { strict: false });

  const alice = await web.begin(login('alice'));
  const bob = await web.begin(login('bob'));
  await admin.begin(login('alice'));
  expect((await sessions.list('alice')).items.map(({ bff }) => bff).sort()).toEqual(
    [`${run}-web-bff`, 'admin-bff'].sort(),
  );
  expect(await sessions.endAll('alice')).toBe(2);
  await eventually(() => web.recall(alice.secret) === undefined, 1_000);
  expect(await web.find(alice.secret)).toBeUndefined();
  expect(await web.find(bob.secret)).toBeDefined();
  expect((await sessions.list('alice')).items).toEqual([]);

  await sessions.end('bob', bob.session.handle);
  // Copies of the other process end by message, within a second.
  await eventually(() => web.recall(bob.secret) === undefined, 1_000);
  expect(await web.find(bob.secret)).toBeUndefined();
  await expect(sessions.end('bob', bob.session.handle)).rejects.toMatchObject({ code: 'resource-not-found' });
  await app.close();
  await Promise.all([web.close(), admin.close()]);
});
