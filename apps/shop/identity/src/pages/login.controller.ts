import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AccountsService } from '../accounts/accounts.service.ts';
import { IdentitySettings } from '../identity-settings.ts';
import { Interactions, type WaitingLogin } from './interactions.ts';
import { loginPage } from './login-page.ts';
import { replyPage, replyThrottled } from './page.ts';

/** Longer ones are nobody's, and are not looked at. */
const formSchema = z.object({
  username: z.string().trim().min(1).max(200),
  password: z.string().min(1).max(200),
});

/** The login page. */
@Controller('interaction/:uid')
export class LoginController {
  constructor(
    private readonly interactions: Interactions,
    private readonly accounts: AccountsService,
    private readonly settings: IdentitySettings,
  ) {}

  /** Shows the form. */
  @Get()
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const login = await this.interactions.find(request, reply);
    if (login) replyPage(reply, 200, this.#page(login, { username: login.loginHint }));
  }

  /** Takes the form. */
  @Post()
  async submit(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const login = await this.interactions.find(request, reply);
    if (!login) return;
    const { action } = (request.body ?? {}) as { action?: unknown };
    if (action === 'cancel') return this.interactions.cancel(request, reply);
    const form = formSchema.safeParse(request.body);
    if (!form.success) {
      const error = 'Type your username and your password.';
      return replyPage(reply, 400, this.#page(login, { username: '', error }));
    }
    const result = await this.accounts.logIn({ ...form.data, address: request.raw.socket.remoteAddress ?? '' });
    if ('account' in result) return this.interactions.logIn(request, reply, result.account.id);
    if (result.refused === 'throttled') return replyThrottled(reply, result.wait);
    const error = 'Username and password do not fit together.';
    replyPage(reply, 401, this.#page(login, { username: form.data.username, error }));
  }

  #page({ path, ...login }: WaitingLogin, shown: { username: string; error?: string }) {
    return loginPage({ ...login, action: path, testUsers: this.settings.testUsers, ...shown });
  }
}
