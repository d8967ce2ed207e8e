/** A BFF whose page has as many parts, which calls as many upstreams, and which has as many rows, as its environment says. */
import { Module } from '@nestjs/common';
import { Plan, view } from '@portico/aggregation';
import { type Route, RoutingModule } from '@portico/routing';
import { runBff } from '@portico/server';
import { defineUpstream, type Upstream } from '@portico/upstream';
import { z } from 'zod';

const url = process.env['UPSTREAM_URL']!;
const parts = Number(process.env['GROW_PARTS'] ?? 1);
const upstreams = Array.from({ length: Number(process.env['GROW_UPSTREAMS'] ?? 1) }, (_, index) =>
  defineUpstream(`service-${index}`, { url }),
);

/** A plan that takes names which are not known when it is written. */
interface GrowingPlan {
  required(name: string, call: () => ReturnType<Upstream['get']>): GrowingPlan;
}

let growing = Plan.for<object>() as unknown as GrowingPlan;
for (let index = 0; index < parts; index++) {
  growing = growing.required(`part${index}`, () => upstreams[index % upstreams.length]!.get`/documents/2kb`);
}
const plan = growing as unknown as Plan<object>;

const routes: readonly Route[] = [
  {
    methods: ['GET'],
    path: '/page',
    view: view({ input: z.object({}), plan, maxCalls: 1_000 }),
    auth: 'public',
    timeout: 60_000,
  },
  ...upstreams.map((upstream, index): Route => ({
    methods: ['GET'],
    path: `/service-${index}`,
    upstream,
    to: '/documents/2kb',
    auth: 'public',
    timeout: 60_000,
  })),
  ...Array.from({ length: Number(process.env['GROW_ROWS'] ?? 0) }, (_, index): Route => ({
    methods: index % 2 === 0 ? ['GET', 'POST'] : ['GET'],
    path: `/rows/${index}/:id`,
    upstream: upstreams[0]!,
    to: '/documents/2kb',
    auth: 'public',
    timeout: 60_000,
  })),
];

@Module({ imports: [RoutingModule.forRoot({ name: 'grow', upstreams, routes })] })
class AppModule {}

await runBff({ name: 'grow', port: Number(process.env['PORT']), module: AppModule });
