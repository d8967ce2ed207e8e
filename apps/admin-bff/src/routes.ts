import type { Route } from '@portico/routing';
import { catalog, inventory, ordering, reviews } from './upstreams.ts';
import { dashboard } from './views/dashboard/dashboard.view.ts';

/** Every address of the admin BFF. `public` here means: whoever reaches loopback, until staff can log in. */
// prettier-ignore
export const routes: readonly Route[] = [
  { methods: ['GET'], path: '/api/dashboard', view: dashboard, auth: 'public', timeout: 3_000 },

  { methods: ['GET'], path: '/api/catalog/products', upstream: catalog, to: '/products', auth: 'public', timeout: 3_000 },
  { methods: ['GET'], path: '/api/inventory/stock', upstream: inventory, to: '/stock', auth: 'public', timeout: 3_000 },
  { methods: ['GET'], path: '/api/inventory/stock/:product', upstream: inventory, to: '/stock/:product', auth: 'public', timeout: 3_000 },
  { methods: ['GET'], path: '/api/inventory/warehouses', upstream: inventory, to: '/warehouses', auth: 'public', timeout: 3_000 },
  { methods: ['POST'], path: '/api/inventory/stock/:product/adjustments', upstream: inventory, to: '/stock/:product/adjustments', auth: 'public', timeout: 5_000, maxBodyBytes: 4_096 },
  { methods: ['GET'], path: '/api/ordering/orders', upstream: ordering, to: '/orders', auth: 'public', timeout: 3_000 },
  { methods: ['GET'], path: '/api/ordering/orders/:id', upstream: ordering, to: '/orders/:id', auth: 'public', timeout: 3_000 },
  { methods: ['POST'], path: '/api/ordering/orders/:id/transitions', upstream: ordering, to: '/orders/:id/transitions', auth: 'public', timeout: 5_000, maxBodyBytes: 4_096 },
  { methods: ['GET'], path: '/api/reviews/reviews', upstream: reviews, to: '/reviews', auth: 'public', timeout: 3_000 },
];
