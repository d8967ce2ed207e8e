/** The BFF that the suites are held against: one upstream, everything that is on by default. */
import { Module } from '@nestjs/common';
import { Plan, view } from '@portico/aggregation';
import { type Route, RoutingModule } from '@portico/routing';
import { runBff } from '@portico/server';
import { defineUpstream } from '@portico/upstream';
import { z } from 'zod';

const shop = defineUpstream('shop', { url: process.env['SHOP_URL'] ?? '' });

const three = view({
  input: z.object({}),
  plan: Plan.for<object>()
    .required('first', () => shop.get`/items?n=1`)
    .required('second', () => shop.get`/items?n=2`)
    .required('third', () => shop.get`/items?n=3`),
});

const forward = { methods: ['GET', 'POST'], upstream: shop, auth: 'public' } as const;
const routes: readonly Route[] = [
  { ...forward, path: '/items', to: '/items', timeout: 2_000 },
  // Transfers that honest clients may take a minute for.
  { ...forward, path: '/uploads', to: '/uploads', timeout: 60_000 },
  { ...forward, path: '/large', to: '/large', timeout: 60_000 },
  { methods: ['GET'], path: '/three', view: three, auth: 'public', timeout: 2_000 },
];

@Module({ imports: [RoutingModule.forRoot({ name: 'test-long', upstreams: [shop], routes })] })
class AppModule {}

await runBff({ name: 'test-long', port: 0, module: AppModule });
