import type { Route } from '@portico/routing';
import { basket, catalog, customerOrders, ordering, reviews } from './upstreams.ts';
import { basketPage } from './views/basket/basket.view.ts';
import { homePage } from './views/home/home.view.ts';
import { orderPage } from './views/order/order.view.ts';
import { productPage } from './views/product/product.view.ts';

/** Every address of the web BFF, who may call it, and where it goes. */
// prettier-ignore
export const routes: readonly Route[] = [
  { methods: ['GET'], path: '/api/pages/home', view: homePage, auth: 'public', timeout: 2_000 },
  { methods: ['GET'], path: '/api/pages/product/:id', view: productPage, auth: 'public', timeout: 2_000 },
  { methods: ['GET'], path: '/api/pages/basket/:id', view: basketPage, auth: 'public', timeout: 2_000 },
  { methods: ['GET'], path: '/api/pages/order/:id', view: orderPage, auth: 'public', timeout: 2_000 },

  { methods: ['GET'], path: '/api/catalog/products', upstream: catalog, to: '/products', auth: 'public', timeout: 2_000 },
  { methods: ['GET'], path: '/api/catalog/products/:id', upstream: catalog, to: '/products/:id', auth: 'public', timeout: 2_000 },
  { methods: ['GET'], path: '/api/catalog/categories', upstream: catalog, to: '/categories', auth: 'public', timeout: 2_000 },
  { methods: ['GET'], path: '/api/catalog/images/*', upstream: catalog, to: '/images/*', auth: 'public', timeout: 5_000 },

  { methods: ['POST'], path: '/api/basket/baskets', upstream: basket, to: '/baskets', auth: 'public', timeout: 3_000 },
  { methods: ['GET', 'DELETE'], path: '/api/basket/baskets/:id', upstream: basket, to: '/baskets/:id', auth: 'public', timeout: 3_000 },
  { methods: ['POST'], path: '/api/basket/baskets/:id/lines', upstream: basket, to: '/baskets/:id/lines', auth: 'public', timeout: 3_000, maxBodyBytes: 4_096 },
  { methods: ['PATCH', 'DELETE'], path: '/api/basket/baskets/:id/lines/:line', upstream: basket, to: '/baskets/:id/lines/:line', auth: 'public', timeout: 3_000, maxBodyBytes: 4_096 },

  { methods: ['POST'], path: '/api/ordering/orders', upstream: ordering, to: '/orders', auth: 'public', timeout: 10_000, maxBodyBytes: 16_384 },
  { methods: ['GET'], path: '/api/ordering/orders/:id', upstream: ordering, to: '/guests/orders/:id', auth: 'public', timeout: 3_000 },

  { methods: ['GET', 'POST'], path: '/api/account/basket', upstream: basket, to: '/customers/me/basket', auth: 'user', timeout: 5_000, maxBodyBytes: 4_096 },
  { methods: ['GET'], path: '/api/account/orders', upstream: customerOrders, to: '/customers/me/orders', auth: 'user', timeout: 5_000 },
  { methods: ['POST'], path: '/api/account/orders', upstream: customerOrders, to: '/customers/me/orders', auth: 'user', timeout: 10_000, maxBodyBytes: 16_384 },
  { methods: ['GET'], path: '/api/account/orders/:id', upstream: customerOrders, to: '/customers/me/orders/:id', auth: 'user', timeout: 5_000 },
  { methods: ['GET', 'POST'], path: '/api/account/addresses', upstream: customerOrders, to: '/customers/me/addresses', auth: 'user', timeout: 5_000, maxBodyBytes: 4_096 },
  { methods: ['PUT', 'DELETE'], path: '/api/account/addresses/:id', upstream: customerOrders, to: '/customers/me/addresses/:id', auth: 'user', timeout: 5_000, maxBodyBytes: 4_096 },

  { methods: ['GET'], path: '/api/reviews/reviews', upstream: reviews, to: '/reviews', auth: 'public', timeout: 2_000 },
  { methods: ['POST'], path: '/api/reviews/reviews', upstream: reviews, to: '/reviews', auth: 'public', timeout: 3_000, maxBodyBytes: 16_384 },
  { methods: ['GET'], path: '/api/reviews/summaries/:product', upstream: reviews, to: '/summaries/:product', auth: 'public', timeout: 2_000 },
];
