import type { TokenSource } from '@portico/core';
import { testPrincipal } from '../../test/principal.ts';
import { stageBench } from '../../test/stage-bench.ts';
import type { Send } from '../send.ts';
import { credentials } from './credentials.stage.ts';

const tokens: TokenSource = { tokenFor: () => 'Bearer a-token-that-is-good' };

const principal = testPrincipal('alice', { roles: new Set(['customer']) });

/** A known user whose token is good, and two claims. */
export const bench = stageBench('credentials', (next): Send => {
  const claims = { 'x-user-id': 'sub', 'x-user-roles': 'roles' };
  const send = credentials({ token: 'user', claims }, 'shop')(next);
  return (request, ctx) => {
    ctx.principal = principal;
    ctx.tokens = tokens;
    return send(request, ctx);
  };
});
