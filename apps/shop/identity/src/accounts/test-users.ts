import type { Queries } from '@portico/shop-kit';
import type { Role } from './account.ts';
import { hashPassword } from './password.ts';

/** Users to try the shop with, each with its name as password. Their ids are fixed, so that what belongs to them survives a new database. */
export const TEST_USERS: readonly {
  readonly id: string;
  readonly username: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly roles: readonly Role[];
}[] = [
  user('1a11ce00-0000-4000-8000-000000000001', 'Alice', 'Archer', ['customer']),
  user('0b0b0000-0000-4000-8000-000000000002', 'Bob', 'Baker', ['customer']),
  user('5a300000-0000-4000-8000-000000000003', 'Sam', 'Stone', ['staff']),
  user('31a00000-0000-4000-8000-000000000004', 'Mia', 'Moore', ['staff', 'manager']),
];

function user(id: string, givenName: string, familyName: string, roles: readonly Role[]) {
  return { id, username: givenName.toLowerCase(), givenName, familyName, roles };
}

/** Puts those test users into the database that are not there yet. */
export async function seedTestUsers(queries: Queries): Promise<void> {
  const there = await queries.all<{ id: string }>(
    'SELECT id FROM accounts WHERE id IN (SELECT value FROM json_each(?))',
    [JSON.stringify(TEST_USERS.map(({ id }) => id))],
  );
  const missing = TEST_USERS.filter(({ id }) => !there.some((row) => row.id === id));
  const passwords = await Promise.all(missing.map(({ username }) => hashPassword(username)));
  await queries.batch(
    missing.map(({ id, username, givenName, familyName, roles }, index) => ({
      sql: `INSERT INTO accounts (id, username, email, given_name, family_name, password, roles)
            VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      args: [
        id,
        username,
        `${username}@portico.test`,
        givenName,
        familyName,
        passwords[index] ?? '',
        JSON.stringify(roles),
      ],
    })),
  );
}

/** Takes those test users out that are there: everybody knows their passwords. What was theirs elsewhere waits for them. */
export async function removeTestUsers(queries: Queries): Promise<void> {
  const ids = JSON.stringify(TEST_USERS.map(({ id }) => id));
  await queries.run('DELETE FROM accounts WHERE id IN (SELECT value FROM json_each(?))', [ids]);
}
