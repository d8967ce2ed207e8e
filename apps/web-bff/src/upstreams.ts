import { defineUpstream } from '@portico/upstream';

/** Where the shop's services are; `CATALOG_URL` and the like in the environment override each address. */
export const catalog = defineUpstream('catalog', { url: 'http://127.0.0.1:4001' });
export const inventory = defineUpstream('inventory', { url: 'http://127.0.0.1:4002' });
export const basket = defineUpstream('basket', { url: 'http://127.0.0.1:4003' });
export const ordering = defineUpstream('ordering', { url: 'http://127.0.0.1:4004' });
export const reviews = defineUpstream('reviews', { url: 'http://127.0.0.1:4005' });

export const upstreams = [catalog, inventory, basket, ordering, reviews];
