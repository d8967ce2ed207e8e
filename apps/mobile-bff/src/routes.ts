import type { Route } from '@portico/routing';
import { basket, catalog, customerOrders, ordering } from './upstreams.ts';
import { basketScreen } from './views/basket/basket.view.ts';
import { homeScreen } from './views/home/home.view.ts';
import { orderScreen } from './views/order/order.view.ts';
import { productScreen } from './views/product/product.view.ts';

/** Every address of the mobile BFF. Phones update late: an answer of `/v1` never loses a field, a new shape is `/v2`. */
// prettier-ignore
export const routes: readonly Route[] = [
  { methods: ['GET'], path: '/v1/screens/home', view: homeScreen, auth: 'public', timeout: 2_000 },
  { methods: ['GET'], path: '/v1/screens/product/:id', view: productScreen, auth: 'public', timeout: 2_000 },
  { methods: ['GET'], path: '/v1/screens/basket/:id', view: basketScreen, auth: 'public', timeout: 2_000 },
  { methods: ['GET'], path: '/v1/screens/order/:id', view: orderScreen, auth: 'public', timeout: 2_000 },

  { methods: ['GET'], path: '/v1/products', upstream: catalog, to: '/products', auth: 'public', timeout: 2_000 },
  { methods: ['GET'], path: '/v1/images/*', upstream: catalog, to: '/images/*', auth: 'public', timeout: 5_000 },

  { methods: ['POST'], path: '/v1/baskets', upstream: basket, to: '/baskets', auth: 'public', timeout: 3_000 },
  { methods: ['POST'], path: '/v1/baskets/:id/lines', upstream: basket, to: '/baskets/:id/lines', auth: 'public', timeout: 3_000, maxBodyBytes: 4_096 },
  { methods: ['PATCH', 'DELETE'], path: '/v1/baskets/:id/lines/:line', upstream: basket, to: '/baskets/:id/lines/:line', auth: 'public', timeout: 3_000, maxBodyBytes: 4_096 },
  { methods: ['POST'], path: '/v1/orders', upstream: ordering, to: '/orders', auth: 'public', timeout: 10_000, maxBodyBytes: 16_384 },

  { methods: ['GET', 'POST'], path: '/v1/account/basket', upstream: basket, to: '/customers/me/basket', auth: 'user', timeout: 5_000, maxBodyBytes: 4_096 },
  { methods: ['GET'], path: '/v1/account/orders', upstream: customerOrders, to: '/customers/me/orders', auth: 'user', timeout: 5_000 },
  { methods: ['POST'], path: '/v1/account/orders', upstream: customerOrders, to: '/customers/me/orders', auth: 'user', timeout: 10_000, maxBodyBytes: 16_384 },
  { methods: ['GET'], path: '/v1/account/orders/:id', upstream: customerOrders, to: '/customers/me/orders/:id', auth: 'user', timeout: 5_000 },
];
