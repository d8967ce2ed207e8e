import { fileURLToPath } from 'node:url';
import { Module } from '@nestjs/common';
import { RoutingModule } from '@portico/routing';
import type { BffOptions } from '@portico/server';
import { routes } from './routes.ts';
import { upstreams } from './upstreams.ts';

/** What the web BFF is made of: the routes for browsers over the shop's services. */
@Module({ imports: [RoutingModule.forRoot({ name: 'web-bff', upstreams, routes })] })
class AppModule {}

export const bff: BffOptions = {
  name: 'web-bff',
  port: 3000,
  module: AppModule,
  static: { root: fileURLToPath(new URL('../../storefront/dist', import.meta.url)), fallback: 'index.html' },
};
