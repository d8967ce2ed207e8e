import type { Requirements } from '@portico/core';
import type { Route } from '@portico/routing';
import { catalog, inventory, ordering, reviews } from './upstreams.ts';
import { dashboard } from './views/dashboard/dashboard.view.ts';

/** Whoever works for the shop. */
export const staff: Requirements = { roles: ['staff', 'manager'] };

/** Every address of the admin BFF, for staff only, and where it goes. */
// prettier-ignore
export const routes: readonly Route[] = [
  { methods: ['GET'], path: '/api/dashboard', view: dashboard, auth: staff, timeout: 3_000 },

  { methods: ['GET'], path: '/api/catalog/products', upstream: catalog, to: '/products', auth: staff, timeout: 3_000 },
  { methods: ['GET'], path: '/api/inventory/stock', upstream: inventory, to: '/stock', auth: staff, timeout: 3_000 },
  { methods: ['GET'], path: '/api/inventory/stock/:product', upstream: inventory, to: '/stock/:product', auth: staff, timeout: 3_000 },
  { methods: ['GET'], path: '/api/inventory/warehouses', upstream: inventory, to: '/warehouses', auth: staff, timeout: 3_000 },
  { methods: ['POST'], path: '/api/inventory/stock/:product/adjustments', upstream: inventory, to: '/stock/:product/adjustments', auth: staff, timeout: 5_000, maxBodyBytes: 4_096 },
  { methods: ['GET'], path: '/api/ordering/orders', upstream: ordering, to: '/orders', auth: staff, timeout: 3_000 },
  { methods: ['GET'], path: '/api/ordering/orders/:id', upstream: ordering, to: '/orders/:id', auth: staff, timeout: 3_000 },
  { methods: ['POST'], path: '/api/ordering/orders/:id/transitions', upstream: ordering, to: '/orders/:id/transitions', auth: staff, timeout: 5_000, maxBodyBytes: 4_096 },
  { methods: ['GET'], path: '/api/reviews/reviews', upstream: reviews, to: '/reviews', auth: staff, timeout: 3_000 },
];
