import type { View } from '@portico/aggregation';
import type { Access } from '@portico/core';
import type { Upstream } from '@portico/upstream';

/** Methods a route can serve. HEAD is not among them: it goes with GET. */
export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** See `METHODS`. */
export type Method = (typeof METHODS)[number];

/** What every row of the route table says. */
export interface RouteCommon {
  /** At least one. A GET route serves HEAD too; every other method of the path is answered with 405 and `Allow`. */
  readonly methods: readonly Method[];
  /** Public path: `/api/products/:id`, `/api/catalog/*`. Parameters are whole segments, `*` stands for the rest, at the end. */
  readonly path: string;
  /**
   * Who may call it; enforced by the guard of `AuthModule`, without which only public routes start. What a route that is not
   * public answers leaves as `Cache-Control: private`, whatever its upstreams say to caches.
   */
  readonly auth: Access;
  /** Milliseconds for the whole request, the body of the answer included. */
  readonly timeout: number;
}

/** Which header fields pass in one direction. Names in any case; what never passes cannot be allowed. */
export interface HeaderRules {
  /** Passed beside the default ones (`DEFAULT_REQUEST_HEADERS`, `DEFAULT_RESPONSE_HEADERS`). */
  readonly allow?: readonly string[];
  /** Fixed fields; they take the place of a passed one of the same name. */
  readonly set?: Readonly<Record<string, string>>;
  /** Default fields that do not pass on this route. */
  readonly remove?: readonly string[];
}

/** What becomes of the query string. Names are compared after percent-decoding, values keep their bytes. */
export interface QueryRules {
  /** Only these parameters pass. Unset: all. */
  readonly allow?: readonly string[];
  /** Fixed parameters, appended; the client's of the same name are dropped. */
  readonly set?: Readonly<Record<string, string>>;
  /** These parameters do not pass. */
  readonly remove?: readonly string[];
}

/** Where paths of the upstream are found by clients, for `Location` and the `Path` of cookies. */
export interface RewriteRule {
  /** Path prefix at the upstream, without its base path: `/orders`; `/` for all. */
  readonly from: string;
  /** Public prefix that stands for it: `/api/orders`. */
  readonly to: string;
}

/** Passes requests on to an upstream, path and body byte for byte. */
export interface ForwardRoute extends RouteCommon {
  readonly upstream: Upstream;
  /** Path at the upstream, with the parameters of `path`: `/products/:id`, `/*`. */
  readonly to: string;
  readonly headers?: { readonly request?: HeaderRules; readonly response?: HeaderRules };
  /** Unset: the query passes byte for byte. */
  readonly query?: QueryRules;
  /** Bytes of the largest request body. Default 1 MiB; 0 for none at all. */
  readonly maxBodyBytes?: number;
  /** Default: what `path` and `to` have in common at their ends is taken off both. */
  readonly rewrite?: RewriteRule;
  /** Its calls may be sent again whatever their method, as when an idempotency key goes along. Unset: by method. */
  readonly idempotent?: true;
}

/** Answers with a view, put together from several upstreams. */
export interface ViewRoute extends RouteCommon {
  readonly view: View;
}

/** One row of the table that says, for every path of a BFF, who may call it and what answers. */
export type Route = ForwardRoute | ViewRoute;

/** Largest request body of a route that says nothing, in bytes. */
export const DEFAULT_MAX_BODY_BYTES = 1024 * 1024;
