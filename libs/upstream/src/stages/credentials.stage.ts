import { BffError, type RequestContext, type TokenSource, type UpstreamToken } from '@portico/core';
import type { CredentialsPolicy } from '../policies/credentials.policy.ts';
import { headerOf, type Send, type Stage, type UpstreamResponse } from '../send.ts';
import { identityWriter } from './credentials/identity-writer.ts';
import { waitForToken } from './credentials/wait-for-token.ts';

/** What an upstream says about the credentials that it wants: they are the gateway's, so it is none of the client's business. */
const CHALLENGE = 'www-authenticate';

/**
 * Tells the upstream who calls: the access token that its policy names, and claims of the user as header fields, both from the
 * gateway only. Every attempt gets a token that is good at that moment. Without a user no claims are told.
 *
 * A 401 to the gateway's token is not the client's: it fails with `upstream-status`, for to log in again would not help, and the
 * source is told that the token was refused. `WWW-Authenticate` goes no further with any other status either.
 */
export function credentials({ token, claims }: CredentialsPolicy, upstream: string): Stage {
  const writeIdentity = identityWriter(claims);
  return (next) => {
    const authorized = token === 'none' ? next : withToken(token, upstream, next);
    if (writeIdentity === undefined) return authorized;
    return function sendWithCredentials(request, ctx) {
      try {
        if (ctx.principal) writeIdentity(request.headers, ctx.principal);
      } catch (error) {
        return Promise.reject(error as BffError);
      }
      return authorized(request, ctx);
    };
  };
}

function withToken(token: Exclude<UpstreamToken, 'none'>, upstream: string, next: Send): Send {
  return async function sendWithCredentials(request, ctx) {
    const source = sourceOf(ctx, upstream);
    const given = source.tokenFor(token, ctx);
    const authorization = typeof given === 'string' ? given : await waitForToken(given, ctx);
    request.headers.push('authorization', authorization);
    const response = await next(request, ctx);
    if (response.status === 401) {
      source.refused?.(token, authorization);
      throw refusedByUpstream(response, upstream);
    }
    return headerOf(response.headers, CHALLENGE) === undefined ? response : withoutChallenge(response);
  };
}

/** A BFF with such upstreams does not start without AuthModule, whose guard sets it for every request. */
function sourceOf({ tokens }: RequestContext, upstream: string): TokenSource {
  if (tokens) return tokens;
  throw new BffError('internal', { upstream, cause: new TypeError('the request has no source of tokens') });
}

function refusedByUpstream({ body }: UpstreamResponse, upstream: string): BffError {
  if (!('chunks' in body)) body.destroy();
  return new BffError('upstream-status', { upstream, cause: new Error('it answered 401 to the token of the BFF') });
}

function withoutChallenge(response: UpstreamResponse): UpstreamResponse {
  const { headers } = response;
  return { ...response, headers: headers.filter((_, i) => headers[i & ~1] !== CHALLENGE) };
}
