/** The contestant `portico`: a BFF as its users write one, with everything that is on by default. */
import { Module } from '@nestjs/common';
import { Plan, view } from '@portico/aggregation';
import { type Route, RoutingModule } from '@portico/routing';
import { runBff } from '@portico/server';
import { defineUpstream } from '@portico/upstream';
import { z } from 'zod';
import { settings } from './settings.ts';

const catalog = defineUpstream('catalog', { url: settings.catalog });
const inventory = defineUpstream('inventory', { url: settings.inventory });
const reviews = defineUpstream('reviews', { url: settings.reviews });

const page = view({
  input: z.object({ size: z.string() }),
  plan: Plan.for<{ size: string }>()
    .required('product', ({ size }) => catalog.get`/documents/${size}`)
    .required('stock', ({ size }) => inventory.get`/documents/${size}`)
    .required('reviews', ({ size }) => reviews.get`/documents/${size}`),
});

const routes: readonly Route[] = [
  {
    methods: ['GET'],
    path: '/documents/:size',
    upstream: catalog,
    to: '/documents/:size',
    auth: 'public',
    timeout: 60_000,
  },
  { methods: ['GET'], path: '/pages/:size', view: page, auth: 'public', timeout: 60_000 },
  ...Array.from({ length: settings.routes }, (_, number): Route => ({
    methods: ['GET'],
    path: `/service-${number}/documents/:size`,
    upstream: catalog,
    to: '/documents/:size',
    auth: 'public',
    timeout: 60_000,
  })),
];

@Module({ imports: [RoutingModule.forRoot({ name: 'bench', upstreams: [catalog, inventory, reviews], routes })] })
class AppModule {}

await runBff({ name: 'bench', port: settings.port, module: AppModule });
