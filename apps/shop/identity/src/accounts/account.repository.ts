import { Injectable } from '@nestjs/common';
import { Database } from '@portico/shop-kit';
import type { Account, Role } from './account.ts';

interface AccountRow extends Omit<Account, 'roles' | 'disabled'> {
  readonly roles: string;
  readonly disabled: number;
  readonly password: string;
}

const COLUMNS = `id, username, email, given_name AS givenName, family_name AS familyName, roles, disabled, password`;

/** The users in the database. */
@Injectable()
export class AccountRepository {
  constructor(private readonly database: Database) {}

  /** The user with an id, disabled or not. */
  async find(id: string): Promise<Account | undefined> {
    const row = await this.database.first<AccountRow>(`SELECT ${COLUMNS} FROM accounts WHERE id = ?`, [id]);
    return row && accountOf(row);
  }

  /** The user with a username and the hash of the password. */
  async findByUsername(username: string): Promise<{ account: Account; password: string } | undefined> {
    const row = await this.database.first<AccountRow>(`SELECT ${COLUMNS} FROM accounts WHERE username = ?`, [username]);
    return row && { account: accountOf(row), password: row.password };
  }

  /** Adds a user. @returns false when the username or the email is taken */
  async add(account: Account, password: string): Promise<boolean> {
    const { id, username, email, givenName, familyName, roles } = account;
    const added = await this.database.run(
      `INSERT INTO accounts (id, username, email, given_name, family_name, password, roles)
       VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      [id, username, email, givenName, familyName, password, JSON.stringify(roles)],
    );
    return added > 0;
  }

  /** Changes what an administrator may change. @returns false when there is no such user */
  async change(
    username: string,
    { disabled, roles }: { disabled?: boolean; roles?: readonly Role[] },
  ): Promise<boolean> {
    const changed = await this.database.run(
      'UPDATE accounts SET disabled = COALESCE(?, disabled), roles = COALESCE(?, roles) WHERE username = ?',
      [disabled === undefined ? null : Number(disabled), roles === undefined ? null : JSON.stringify(roles), username],
    );
    return changed > 0;
  }
}

const accountOf = ({ password: _, roles, disabled, ...row }: AccountRow): Account => ({
  ...row,
  roles: JSON.parse(roles) as Role[],
  disabled: disabled === 1,
});
