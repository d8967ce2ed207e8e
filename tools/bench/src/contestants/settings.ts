/** What every contestant is told by its environment, the same variables for all. */
export const settings = {
  port: Number(process.env['PORT']),
  /** Origins of the three upstreams. */
  catalog: process.env['CATALOG_URL'] ?? '',
  inventory: process.env['INVENTORY_URL'] ?? '',
  reviews: process.env['REVIEWS_URL'] ?? '',
  /** Which stages of resilience to have: `none`, `all`, or what is on by default. */
  stages: process.env['BENCH_STAGES'] ?? 'default',
  /** Addresses of one service with ten instances, where a row asks for it. */
  instances: process.env[process.env['BENCH_INSTANCES'] ?? ''] ?? process.env['CATALOG_URL'] ?? '',
  /** Which door to have: `session` or `bearer`. */
  door: process.env['BENCH_DOOR'] ?? 'session',
  /** How many pass-through routes to have beside the ones that are called. */
  routes: Number(process.env['BENCH_ROUTES'] ?? 0),
};
