import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errors, type Interaction, type InteractionResults } from 'oidc-provider';
import { PASSWORD_ACR } from '../provider/configuration.ts';
import { IdentityProvider } from '../provider/identity-provider.ts';
import { loginOverPage } from './error-page.ts';
import { replyPage } from './page.ts';

/** An authorization request that waits for its user. */
export interface WaitingLogin {
  /** Path of its login page. */
  readonly path: string;
  readonly clientName: string;
  /** Where the client wants the browser back. */
  readonly redirectUri: string;
  /** The username that the client suggests, or nothing. */
  readonly loginHint: string;
}

/** The requests between which and their answers the pages stand. A cookie ties each to the browser that began it. */
@Injectable()
export class Interactions {
  constructor(private readonly identity: IdentityProvider) {}

  /** The one of this browser and path; when there is none, the answer says that the login is over. */
  async find(request: FastifyRequest, reply: FastifyReply): Promise<WaitingLogin | undefined> {
    const interaction = await this.#read(request, reply);
    if (!interaction || interaction.uid !== (request.params as { uid: string }).uid) {
      replyPage(reply, 400, loginOverPage());
      return undefined;
    }
    const { client_id: clientId, redirect_uri: redirectUri, login_hint: hint } = interaction.params;
    const client = await this.identity.provider.Client.find(String(clientId));
    return {
      path: `/interaction/${interaction.uid}`,
      clientName: client?.clientName ?? '',
      redirectUri: String(redirectUri),
      loginHint: typeof hint === 'string' ? hint : '',
    };
  }

  /** Sends the browser on, as this user. */
  logIn(request: FastifyRequest, reply: FastifyReply, accountId: string): Promise<void> {
    return this.#finish(request, reply, { login: { accountId, acr: PASSWORD_ACR, amr: ['pwd'] } });
  }

  /** Sends the browser back to the client without a login. */
  cancel(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    return this.#finish(request, reply, { error: 'access_denied' });
  }

  async #read({ raw }: FastifyRequest, reply: FastifyReply): Promise<Interaction | undefined> {
    try {
      return await this.identity.provider.interactionDetails(raw, reply.raw);
    } catch (error) {
      if (error instanceof errors.SessionNotFound) return undefined;
      throw error;
    }
  }

  async #finish({ raw }: FastifyRequest, reply: FastifyReply, result: InteractionResults): Promise<void> {
    const options = { mergeWithLastSubmission: false };
    const target = await this.identity.provider.interactionResult(raw, reply.raw, result, options);
    void reply.code(303).headers({ location: target, 'cache-control': 'no-store' }).send();
  }
}
