import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errors, type Interaction } from 'oidc-provider';
import { z } from 'zod';
import { AccountsService } from '../accounts/accounts.service.ts';
import { IdentitySettings } from '../identity-settings.ts';
import { PASSWORD_ACR } from '../provider/configuration.ts';
import { IdentityProvider } from '../provider/identity-provider.ts';
import { loginOverPage } from './error-page.ts';
import { loginPage } from './login-page.ts';
import { replyPage } from './page.ts';

/** Longer ones are nobody's, and are not looked at. */
const formSchema = z.object({
  username: z.string().trim().min(1).max(200),
  password: z.string().min(1).max(200),
});

/** What a page of a login is made for. */
export interface LoginRequest {
  readonly interaction: Interaction;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** The pages between an authorization request and its answer. A cookie ties each to the browser that began it. */
@Controller('interaction/:uid')
export class LoginController {
  constructor(
    private readonly identity: IdentityProvider,
    private readonly accounts: AccountsService,
    private readonly settings: IdentitySettings,
  ) {}

  /** Shows the form. */
  @Get()
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const interaction = await this.#find(request, reply);
    const hint = interaction?.params['login_hint'];
    if (interaction) await this.#page({ interaction, request, reply }, 200, { username: String(hint ?? '') });
  }

  /** Takes the form. */
  @Post()
  async submit(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const interaction = await this.#find(request, reply);
    if (!interaction) return;
    const { action } = (request.body ?? {}) as { action?: unknown };
    if (action === 'cancel') return this.#finish(request, reply, { error: 'access_denied' });
    const form = formSchema.safeParse(request.body);
    const at = { interaction, request, reply };
    if (!form.success) return this.#page(at, 400, { username: '', error: 'Type your username and your password.' });
    const result = await this.accounts.logIn({ ...form.data, address: request.raw.socket.remoteAddress ?? '' });
    if ('account' in result) return this.#finish(request, reply, loginOf(result.account.id));
    const { username } = form.data;
    if (result.refused === 'wrong')
      return this.#page(at, 401, { username, error: 'Username and password do not fit together.' });
    reply.header('retry-after', Math.ceil(result.wait / 1000));
    const minutes = Math.ceil(result.wait / 60_000);
    return this.#page(at, 429, { username, error: `Too many attempts. Wait ${minutes} min, then try again.` });
  }

  async #page({ interaction, reply }: LoginRequest, status: number, shown: { username: string; error?: string }) {
    const { client_id: clientId, redirect_uri: redirectUri } = interaction.params as Record<string, string>;
    const client = await this.identity.provider.Client.find(clientId ?? '');
    const page = loginPage({
      action: `/interaction/${interaction.uid}`,
      redirectUri: redirectUri ?? '',
      clientName: client?.clientName ?? '',
      testUsers: this.settings.testUsers,
      ...shown,
    });
    replyPage(reply, status, page);
  }

  /** The interaction of the browser's cookie; without one, says that the login is over. */
  async #find({ raw, params }: FastifyRequest, reply: FastifyReply): Promise<Interaction | undefined> {
    try {
      const interaction = await this.identity.provider.interactionDetails(raw, reply.raw);
      if (interaction.uid === (params as { uid: string }).uid) return interaction;
    } catch (error) {
      if (!(error instanceof errors.SessionNotFound)) throw error;
    }
    replyPage(reply, 400, loginOverPage());
    return undefined;
  }

  async #finish({ raw }: FastifyRequest, reply: FastifyReply, result: Record<string, unknown>): Promise<void> {
    const options = { mergeWithLastSubmission: false };
    const target = await this.identity.provider.interactionResult(raw, reply.raw, result, options);
    void reply.code(303).headers({ location: target, 'cache-control': 'no-store' }).send();
  }
}

const loginOf = (accountId: string) => ({ login: { accountId, acr: PASSWORD_ACR, amr: ['pwd'] } });
