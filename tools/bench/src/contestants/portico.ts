/** The contestant `portico`: a BFF as its users write one, with everything that is on by default. */
import { Module } from '@nestjs/common';
import { Plan, view } from '@portico/aggregation';
import { type Route, RoutingModule } from '@portico/routing';
import { runBff } from '@portico/server';
import { defineUpstream } from '@portico/upstream';
import { z } from 'zod';
import { settings } from './settings.ts';

const NONE = { retry: false, breaker: false, bulkhead: false, ejection: false, timeLeftHeader: false } as const;

/** All but `coalesce`: requests that are all alike would share their calls. A hedge waits longer than any answer takes. */
const ALL = { health: {}, hedge: { minDelay: 1_000 }, concurrencyLimit: { initial: 256 }, fallback: { lastGood: {} } };

const stages = settings.stages === 'none' ? NONE : settings.stages === 'all' ? ALL : {};

const catalog = defineUpstream('catalog', { url: settings.catalog, ...stages });
const instances = defineUpstream('instances', { url: settings.instances });
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
  {
    methods: ['GET'],
    path: '/instances/documents/:size',
    upstream: instances,
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

@Module({
  imports: [RoutingModule.forRoot({ name: 'bench', upstreams: [catalog, inventory, reviews, instances], routes })],
})
class AppModule {}

await runBff({ name: 'bench', port: settings.port, module: AppModule });
