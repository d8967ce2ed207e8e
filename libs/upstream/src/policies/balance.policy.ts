import { z } from 'zod';

/** What `hash` looks at, in the request of the client. Without a value the client's address is taken. */
export type HashKey =
  { readonly header: string } | { readonly cookie: string } | { readonly parameter: string } | 'principal' | 'address';

/** Which instance gets a call, and how traffic moves between zones and to new instances. */
export interface BalancePolicy {
  /**
   * `p2c` (default): of two instances drawn by weight the cheaper one, by latency and calls in flight. `roundRobin`: in turn, by
   * weight. `leastRequest`: fewest calls in flight by weight. `random`: by weight. `hash`: the same key goes to the same instance;
   * it knows no zone and no slow start, which would move keys.
   */
  readonly by: 'p2c' | 'roundRobin' | 'leastRequest' | 'random' | 'hash';
  /** For `hash`. Default `address`. */
  readonly key: HashKey;
  /** For `hash`: how many times the average load an instance may have before its keys go to the next one. Default 1.25. */
  readonly boundedLoad: number;
  /** Name of a cookie that keeps a client at its instance, without state in the gateway; of one upstream only. Default none. */
  readonly cookie: string | undefined;
  /** Milliseconds in which a new instance's share grows from a tenth to the whole. Default 10,000; 0: at once. */
  readonly slowStart: number;
  /**
   * Zone of this process: its instances get all calls while at least 71 % of them are healthy (1/1.4, Envoy's overprovisioning
   * factor), else as many go elsewhere as are lacking. Default the variable `ZONE`, none if unset.
   */
  readonly zone: string | undefined;
  /**
   * Share of healthy instances below which all are used, for too few cannot carry the load; those that the registry says are
   * out do not count and are not used, unless that are all. 0 to 1, default 0.5; 0: never, then there may be none.
   */
  readonly panicBelow: number;
}

const name = z.string().min(1);

/** Checks the setting `balance`. */
export const BALANCE = z.strictObject({
  by: z.enum(['p2c', 'roundRobin', 'leastRequest', 'random', 'hash']).default('p2c'),
  key: z
    .union([
      z.strictObject({ header: name }),
      z.strictObject({ cookie: name }),
      z.strictObject({ parameter: name }),
      z.enum(['principal', 'address']),
    ])
    .default('address'),
  boundedLoad: z.number().min(1).max(100).default(1.25),
  cookie: z
    .string()
    .regex(/^[\w-]+$/)
    .optional(),
  slowStart: z.int().min(0).max(3_600_000).default(10_000),
  zone: name.optional(),
  panicBelow: z.number().min(0).max(1).default(0.5),
});
