import { Controller, UseGuards } from '@nestjs/common';
import { Database, Endpoint, type EndpointInput, Problem } from '@portico/shop-kit';
import { z } from 'zod';
import { ROLES } from '../accounts/account.ts';
import { AccountRepository } from '../accounts/account.repository.ts';
import { IdentityProvider } from '../provider/identity-provider.ts';
import { endSessionsOf } from '../provider/logout.ts';
import { LocalOnlyGuard } from './local-only.guard.ts';

const userParams = z.object({ username: z.string().min(1).max(200) });
const changeSchema = z.strictObject({
  disabled: z.boolean().optional(),
  roles: z.array(z.enum(ROLES)).max(ROLES.length).optional(),
});

/** What an administrator of the sample can do, from this machine only. */
@Controller()
@UseGuards(LocalOnlyGuard)
export class AdminController {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly identity: IdentityProvider,
    private readonly database: Database,
  ) {}

  @Endpoint({
    method: 'PATCH',
    path: '/admin/users/:username',
    summary:
      'Disables or enables a user, or sets the roles; sessions stay, but tokens are not renewed for a disabled user',
    status: 204,
    params: userParams,
    body: changeSchema,
    problems: [403, 404],
  })
  async change({
    params,
    body,
  }: EndpointInput<{ params: typeof userParams; body: typeof changeSchema }>): Promise<void> {
    const change = {
      ...(body.disabled !== undefined && { disabled: body.disabled }),
      ...(body.roles !== undefined && { roles: body.roles }),
    };
    if (!(await this.accounts.change(params.username, change))) throw Problem.notFound('user', params.username);
  }

  @Endpoint({
    method: 'DELETE',
    path: '/admin/users/:username/sessions',
    summary: 'Ends all logins of a user and posts back-channel logout to the clients',
    params: userParams,
    answer: z.object({ ended: z.number().int() }),
    problems: [403, 404],
  })
  async endSessions({ params }: EndpointInput<{ params: typeof userParams }>): Promise<{ ended: number }> {
    const found = await this.accounts.findByUsername(params.username);
    if (!found) throw Problem.notFound('user', params.username);
    return { ended: await endSessionsOf(this.identity.provider, this.database, found.account.id) };
  }

  @Endpoint({
    method: 'POST',
    path: '/admin/keys/rotate',
    summary: 'Signs with the next key from now on; it was published before, and the present one stays published',
    status: 204,
    problems: [403],
  })
  rotateKeys(): Promise<void> {
    return this.identity.rotateKeys();
  }
}
