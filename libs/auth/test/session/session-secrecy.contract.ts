import fc from 'fast-check';
import { SessionCipher } from '../../src/session/session-cipher.ts';
import { SessionCookie } from '../../src/session/session-cookie.ts';
import type { SessionRecord } from '../../src/session/session-store.ts';
import { loginOf, principalOf } from './new-session.ts';
import { openReplicas, type Replicas } from './replicas.ts';
import type { OpenWorld } from './store-world.ts';

const ENDED = expect.objectContaining({ code: 'session-ended' });

/** What a store, or who can write to it, learns and can do: nothing without the secret and the key. */
export function describeSessionSecrecy(openWorld: OpenWorld): void {
  describe('secrecy', () => {
    let world: Replicas['world'];
    let here: Replicas['here'];
    let there: Replicas['there'];
    let storeHere: Replicas['storeHere'];
    let sessionsOver: Replicas['sessionsOver'];
    let tokens: Replicas['tokens'];
    let login: Replicas['login'];
    let renewalOf: Replicas['renewalOf'];
    beforeEach(async () => {
      ({ world, here, there, storeHere, sessionsOver, tokens, login, renewalOf } = await openReplicas(openWorld));
    });
    afterEach(() => world.close());

    it('case 65: the store holds neither a secret, nor a token, nor a name; the cookie is small whatever the roles', async () => {
      const records: SessionRecord[] = [];
      const create = storeHere.create.bind(storeHere);
      jest.spyOn(storeHere, 'create').mockImplementation((record, ...rest) => {
        records.push(record);
        return create(record, ...rest);
      });
      const roles = new Set(Array.from({ length: 300 }, (_, i) => `role-number-${i}`));
      const { secret, session } = await here.begin(
        loginOf('alice', tokens(), { principal: principalOf('alice', { roles }) }),
      );
      expect(records).toHaveLength(1);
      const text = JSON.stringify(records);
      for (const hidden of [secret, 'alice', 'role-number', '-token', session.logoutToken, '192.0.2.1', 'id.test']) {
        expect(text).not.toContain(hidden);
      }
      expect(new SessionCookie('web-bff').set(secret).length).toBeLessThan(200);
      expect((await there.find(secret))!.principal.roles.size).toBe(300);
    });

    it('case 69: any other text is no session, and nothing throws', async () => {
      const { secret, session } = await login();
      const tampered = `${secret.slice(0, 20)}${secret[20] === 'A' ? 'B' : 'A'}${secret.slice(21)}`;
      const texts = [tampered, session.handle, session.logoutToken, ` ${secret}`, `${secret}=`, secret.slice(1), ''];
      for (const text of texts) expect(await here.find(text)).toBeUndefined();
      const text = fc.oneof(fc.string(), fc.stringMatching(/^[\w-]{43}$/), fc.constant('A'.repeat(20_000)));
      await fc.assert(
        fc.asyncProperty(text, async (garbage) => {
          expect(here.recall(garbage)).toBeUndefined();
          expect(await here.find(garbage)).toBeUndefined();
          await here.begin(loginOf('bob', tokens()), garbage);
        }),
        { numRuns: 30 },
      );
      expect(await here.find(secret)).toBeDefined();
    });

    it('case 69: a record that was tampered with, moved, or sealed with a key that is gone, is no session', async () => {
      const { secret, session } = await login();
      const stranger = sessionsOver(await world.open(), { cipher: SessionCipher.random() });
      expect(await stranger.find(secret)).toBeUndefined();
      expect((await stranger.list(session.principal.id)).items).toEqual([]);
      await expect(stranger.withFreshToken(session, async () => renewalOf(session), 900_000)).rejects.toEqual(ENDED);
      const mallory = await login('mallory');
      const own = await storeHere.readByHandle(session.handle);
      const foreign = await storeHere.readByHandle(mallory.session.handle);
      const expiresAt = session.expiresAt;
      await storeHere.replace({ key: own!.key, expected: own!.content, content: foreign!.content, expiresAt }, 60_000);
      expect(await here.find(secret)).toBeUndefined();
      expect(await here.find(mallory.secret)).toBeDefined();
    });
  });
}
