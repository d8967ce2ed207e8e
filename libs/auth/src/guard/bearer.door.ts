import { BffError, type Principal, type RequestContext } from '@portico/core';
import type { FastifyRequest } from 'fastify';
import type { BearerVerifier } from '../bearer/bearer-verifier.ts';
import type { TokenError } from '../bearer/challenges.ts';
import type { VerifiedToken } from '../bearer/token-checks.ts';
import { readCookies } from '../session/cookies.ts';
import type { UpstreamTokens } from '../tokens/upstream-tokens.ts';
import type { Door, Recalled } from './door.ts';

/** What the cookies of all BFFs begin with. */
const OWN_COOKIES = '__Host-';

/** What the bearer door works with. */
export interface BearerDoorOptions {
  readonly verifier: Pick<BearerVerifier, 'recall' | 'verify' | 'challenges'>;
  readonly tokens: Pick<UpstreamTokens, 'ofBearer'>;
}

/** The door for phones and programs: an access token in `Authorization`, and nowhere else. */
export class BearerDoor implements Door {
  readonly strategy = 'bearer';
  readonly isAmbient = false;

  constructor(private readonly options: BearerDoorOptions) {}

  recall({ raw }: FastifyRequest, ctx: RequestContext): Recalled {
    const { authorization, cookie } = raw.headers;
    if (authorization === undefined) return 'anonymous';
    if (cookie !== undefined && readCookies(cookie, OWN_COOKIES).length > 0) {
      throw new BffError('credentials-ambiguous', { detail: 'send the field Authorization without a session cookie' });
    }
    const known = this.options.verifier.recall(raw, ctx.client.address);
    return typeof known === 'string' ? known : this.letIn(known, ctx);
  }

  async verify({ raw }: FastifyRequest, ctx: RequestContext): Promise<Principal> {
    return this.letIn(await this.options.verifier.verify(raw, ctx.replyHeaders, ctx.client.address), ctx);
  }

  challenge(error?: TokenError): { readonly headers: Readonly<Record<string, string>> } {
    return { headers: { 'www-authenticate': this.options.verifier.challenges.value(error) } };
  }

  private letIn(token: VerifiedToken, ctx: RequestContext): Principal {
    ctx.tokens = this.options.tokens.ofBearer(token);
    return token.principal;
  }
}
