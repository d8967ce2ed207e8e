import { errors, type Provider, type TokenEndpointGrantContext } from 'oidc-provider';
import { resourceOf, resourceServer, rulesOf, TOKEN_EXCHANGE } from './apis.ts';
import { GRANT_CLAIM, type OwnToken, type OwnTokens } from './own-tokens.ts';

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const PARAMETERS = [
  'subject_token',
  'subject_token_type',
  'requested_token_type',
  'audience',
  'scope',
  'resource',
  'actor_token',
  'actor_token_type',
] as const;

type Parameters = Partial<Record<(typeof PARAMETERS)[number], string>>;
type Context = TokenEndpointGrantContext<Parameters>;

const subjects = new WeakMap<object, OwnToken>();

/** The token that a request exchanges; undefined for requests of other kinds. */
export const subjectOf = (ctx: object | undefined): OwnToken | undefined => ctx && subjects.get(ctx);

/**
 * Lets a client change its user's access token for one that an upstream takes (RFC 8693): the same user and roles, for another audience,
 * named with the asking client as actor. It ends with the login it came of.
 *
 * @param life seconds
 */
export function registerTokenExchange(provider: Provider, tokens: OwnTokens, life: number): void {
  provider.registerGrantType<Parameters>(
    TOKEN_EXCHANGE,
    async (ctx) => {
      const { clientId } = ctx.oidc.client;
      const { audience, scope } = checkParameters(ctx.oidc.params, clientId);
      const subject = await tokens.read(ctx.oidc.params.subject_token ?? '');
      // RFC 8693 section 2.2.2 wants invalid_request for a subject token that is not good enough, whatever the reason.
      if (subject?.aud !== clientId) throw new errors.InvalidRequest('the subject token is not valid for this client');
      subjects.set(ctx, subject);
      await issue(provider, ctx, { subject, audience, scope, life });
    },
    PARAMETERS,
  );
}

function checkParameters(given: Parameters, clientId: string): { audience: string; scope: string } {
  const { audience, scope } = given;
  checkTypes(given);
  if (given.resource !== undefined || !audience) throw new errors.InvalidRequest('name the target by audience');
  if (!rulesOf(clientId).exchangesFor?.includes(audience)) throw new errors.InvalidTarget();
  if (scope !== audience) throw new errors.InvalidScope('the scope must be that of the audience', scope ?? '');
  return { audience, scope };
}

function checkTypes({ subject_token_type: given, requested_token_type: requested, ...others }: Parameters): void {
  if (given !== ACCESS_TOKEN) throw new errors.InvalidRequest('subject_token_type must be that of an access token');
  if (requested !== undefined && requested !== ACCESS_TOKEN)
    throw new errors.InvalidRequest('requested_token_type must be that of an access token');
  if (others.actor_token !== undefined || others.actor_token_type !== undefined)
    throw new errors.InvalidRequest('actor tokens are not taken');
}

async function issue(
  provider: Provider,
  ctx: Context,
  { subject, audience, scope, life }: { subject: OwnToken; audience: string; scope: string; life: number },
): Promise<void> {
  const { client } = ctx.oidc;
  const resource = resourceOf(audience);
  const token = new provider.AccessToken({
    client,
    accountId: subject.sub,
    grantId: subject[GRANT_CLAIM] ?? '',
    gty: 'token-exchange',
    scope,
    resourceServer: new provider.ResourceServer(resource, resourceServer(audience, life)),
  });
  ctx.oidc.entity('AccessToken', token);
  const value = await token.save();
  ctx.body = {
    access_token: value,
    issued_token_type: ACCESS_TOKEN,
    token_type: 'Bearer',
    expires_in: token.expiration,
    scope,
  };
}
