import { Injectable } from '@nestjs/common';
import type { Account } from './account.ts';
import { AccountRepository } from './account.repository.ts';
import { LoginThrottle } from './login-throttle.ts';
import { NO_PASSWORD, verifyPassword } from './password.ts';

/** How a login ended. */
export type LoginResult =
  | { readonly account: Account }
  /** Unknown, disabled or a wrong password: which one is not told. */
  | { readonly refused: 'wrong' }
  | { readonly refused: 'throttled'; readonly wait: number };

/** What was typed into the login page. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  /** Address of the client. */
  readonly address: string;
}

/** Passwords looked at or waiting for it at the same time; each takes 16 MB and a tenth of a second. */
const MAX_CHECKS = 100;

/** Who is who. */
@Injectable()
export class AccountsService {
  #checks = 0;

  constructor(
    private readonly accounts: AccountRepository,
    private readonly throttle: LoginThrottle,
  ) {}

  /** The user with an id, unless disabled. */
  async active(id: string): Promise<Account | undefined> {
    const account = await this.accounts.find(id);
    return account?.disabled === false ? account : undefined;
  }

  /** Checks a username and password. All refusals but the throttle's take the same time. */
  async logIn({ username, password, address }: Credentials): Promise<LoginResult> {
    const wait = this.#checks >= MAX_CHECKS ? 1000 : this.throttle.attempt(username, address);
    if (wait > 0) return { refused: 'throttled', wait };
    const found = await this.accounts.findByUsername(username);
    const fits = await this.#fits(password, found?.password ?? NO_PASSWORD);
    if (!found || !fits || found.account.disabled) return { refused: 'wrong' };
    this.throttle.succeeded(username, address);
    return { account: found.account };
  }

  async #fits(password: string, stored: string): Promise<boolean> {
    this.#checks += 1;
    try {
      return await verifyPassword(password, stored);
    } finally {
      this.#checks -= 1;
    }
  }
}
