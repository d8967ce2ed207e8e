import { z } from 'zod';

/**
 * Active health: each instance is asked now and then whether it can serve. Off unless set. A new instance gets traffic until its
 * probes fail; one that fails them gets none, but goes on being asked.
 */
export interface HealthPolicy {
  /** Path asked with GET, below the base path of the address, which is not repeated here. Default `/health/ready`. */
  readonly path: string;
  /** Milliseconds between two questions, give or take a tenth. Default 10,000. */
  readonly interval: number;
  /** Milliseconds for an answer. Default 2,000. */
  readonly timeout: number;
  /** Statuses that mean healthy. Default 200 to 299. */
  readonly expect: { readonly from: number; readonly to: number };
  /** Bad answers in a row before an instance gets no more traffic. Default 2. */
  readonly unhealthyAfter: number;
  /** Good answers in a row before it gets traffic again. Default 2. */
  readonly healthyAfter: number;
}

const milliseconds = z.int().min(10).max(3_600_000);
const status = z.int().min(200).max(599);

/** Checks the setting `health`. */
export const HEALTH = z.strictObject({
  path: z.string().startsWith('/').default('/health/ready'),
  interval: milliseconds.default(10_000),
  timeout: milliseconds.default(2_000),
  expect: z
    .strictObject({ from: status, to: status })
    .refine(({ from, to }) => from <= to, 'from must not be above to')
    .default({ from: 200, to: 299 }),
  unhealthyAfter: z.int().min(1).max(100).default(2),
  healthyAfter: z.int().min(1).max(100).default(2),
});
