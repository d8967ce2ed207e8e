import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Account } from './account.ts';
import { AccountRepository } from './account.repository.ts';
import { LoginThrottle } from './login-throttle.ts';
import { hashPassword } from './password.ts';

/** What a new customer tells. */
export interface Registration extends Pick<Account, 'username' | 'email' | 'givenName' | 'familyName'> {
  readonly password: string;
}

/** How a registration ended. */
export type RegistrationResult =
  { readonly id: string } | { readonly refused: 'taken' } | { readonly refused: 'throttled'; readonly wait: number };

/** Opens accounts for customers; staff is appointed, not registered. */
@Injectable()
export class RegistrationService {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly throttle: LoginThrottle,
  ) {}

  /** Opens an account. @param address of the client, which may open 5 in 5 minutes, failed attempts included */
  async register({ password, ...told }: Registration, address: string): Promise<RegistrationResult> {
    const wait = this.throttle.attempt('(registration)', address);
    if (wait > 0) return { refused: 'throttled', wait };
    const account: Account = { ...told, id: randomUUID(), roles: ['customer'], disabled: false };
    const isNew = await this.accounts.add(account, await hashPassword(password));
    return isNew ? { id: account.id } : { refused: 'taken' };
  }
}
