import { defineUpstream } from '@portico/upstream';

/** Where the shop's services are; `CATALOG_URL` and the like in the environment override each address. */
export const catalog = defineUpstream('catalog', { url: 'http://127.0.0.1:4001' });
export const inventory = defineUpstream('inventory', { url: 'http://127.0.0.1:4002' });
/** It knows customers by the header field that only this gateway sets. */
export const basket = defineUpstream('basket', { url: 'http://127.0.0.1:4003', claims: { 'x-user-id': 'sub' } });
export const ordering = defineUpstream('ordering', { url: 'http://127.0.0.1:4004' });
/** The same service for customers: it gets a token that is good for nothing else, in exchange for the user's. */
export const customerOrders = defineUpstream('customer-orders', {
  url: 'http://127.0.0.1:4004',
  token: { exchange: { audience: 'ordering', scope: 'ordering' } },
});
export const reviews = defineUpstream('reviews', { url: 'http://127.0.0.1:4005' });

export const upstreams = [catalog, inventory, basket, ordering, customerOrders, reviews];
