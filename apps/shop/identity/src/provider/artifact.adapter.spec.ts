import '../without-runtime-warning.ts';
import { Database } from '@portico/shop-kit';
import { migrations } from '../migrations.ts';
import { ArtifactAdapter } from './artifact.adapter.ts';

let database: Database;

beforeEach(async () => {
  database = await Database.open(':memory:');
  await database.migrate(migrations);
});
afterEach(() => database.close());

const countOf = async (kind: string): Promise<number> =>
  (await database.first<{ n: number }>('SELECT COUNT(*) AS n FROM artifacts WHERE kind = ?', [kind]))?.n ?? -1;

it('forgets what has expired', async () => {
  const adapter = new ArtifactAdapter('Interaction', database);
  await adapter.upsert('old', { jti: 'old' }, 0);
  expect(await adapter.find('old')).toBeUndefined();
  await adapter.upsert('new', { jti: 'new' }, 60);
  expect(await countOf('Interaction')).toBe(1);
  expect(await adapter.find('new')).toEqual({ jti: 'new' });
});

it('keeps at most 20000 logins that nobody has finished, and never drops one of a user', async () => {
  const fill = `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 20500)
    INSERT INTO artifacts (kind, id, payload, expires_at, account_id)
    SELECT ?, 'id-' || n, '{}', unixepoch() + 1000 + n, ? FROM numbers`;
  await database.run(fill, ['Interaction', null]);
  await database.run(fill, ['Session', 'alice']);
  await new ArtifactAdapter('Interaction', database).upsert('new', { jti: 'new' }, 60_000);
  await new ArtifactAdapter('Session', database).upsert('new', { jti: 'new', uid: 'new' }, 60_000);
  expect(await countOf('Interaction')).toBe(20_000);
  expect(await new ArtifactAdapter('Interaction', database).find('id-20500')).toEqual({});
  expect(await countOf('Session')).toBe(20_501);
});

it('refuses the second use of a refresh token, and revokes what came of the grant', async () => {
  const tokens = new ArtifactAdapter('RefreshToken', database);
  const grants = new ArtifactAdapter('Grant', database);
  await grants.upsert('grant', { jti: 'grant' }, 60);
  await tokens.upsert('one', { jti: 'one', grantId: 'grant' }, 60);
  await tokens.upsert('other', { jti: 'other', grantId: 'another' }, 60);
  await tokens.consume('one');
  expect(await tokens.find('one')).toMatchObject({ consumed: expect.any(Number) as number });
  await expect(tokens.consume('one')).rejects.toMatchObject({ error: 'invalid_grant' });
  expect([await tokens.find('one'), await grants.find('grant')]).toEqual([undefined, undefined]);
  expect(await tokens.find('other')).toBeDefined();
});
