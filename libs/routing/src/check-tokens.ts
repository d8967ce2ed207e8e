import { probeUpstream } from '@portico/aggregation';
import type { UpstreamToken } from '@portico/core';
import type { Upstreams } from '@portico/upstream';
import type { CheckedRoute } from './check-routes.ts';
import type { Route } from './route.ts';

/**
 * Rows that everybody may call although their upstream gets a token of the user: nobody's token could be sent. Upstreams of a
 * view are those that a dry run of its parts names; a part that needs real data to name one is refused when it is called
 * (`unauthenticated`).
 */
export function publicRowsWithUserTokens(rows: readonly CheckedRoute[], upstreams: Upstreams): string[] {
  return rows
    .filter(({ route }) => route.auth === 'public')
    .flatMap(({ route, path, methods }) =>
      upstreamsOf(route)
        .filter((name) => upstreams.names.includes(name) && needsUser(upstreams.settings(name).token))
        .map(
          (name) =>
            `route ${methods.join(',')} ${path.text}: is public, but upstream ${name} gets a token of the user: ` +
            'say who may call the row (auth: "user"), or give the upstream another token ("none" or { client: {} })',
        ),
    );
}

/** Upstreams that are told who calls in a BFF without a door, where nobody is known and there is no token. */
export function upstreamsWithoutDoor({ names, settings }: Upstreams): string[] {
  return names.flatMap((name) => {
    const { token, claims } = settings(name);
    const set = [...(token === 'none' ? [] : ['token']), ...(Object.keys(claims).length === 0 ? [] : ['claims'])];
    return set.map((option) => `upstream ${name}: ${option}: needs AuthModule, which the BFF does not import`);
  });
}

function needsUser(token: UpstreamToken): boolean {
  return token === 'user' || (typeof token === 'object' && 'exchange' in token);
}

function upstreamsOf(route: Route): readonly string[] {
  if (!('view' in route)) return [route.upstream.name];
  const names = route.view.parts.map((part) => probeUpstream(part.ask));
  return [...new Set(names)].filter((name) => name !== undefined);
}
