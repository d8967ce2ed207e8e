import { fileURLToPath } from 'node:url';
import { Module } from '@nestjs/common';
import { AuthModule } from '@portico/auth';
import { RoutingModule } from '@portico/routing';
import type { BffOptions } from '@portico/server';
import { routes } from './routes.ts';
import { upstreams } from './upstreams.ts';

const who = { name: 'web-bff', port: 3000 };

/** What the web BFF is made of: login and sessions for browsers, and the routes over the shop's services. */
@Module({ imports: [AuthModule.cookie(who), RoutingModule.forRoot({ ...who, upstreams, routes })] })
export class AppModule {}

export const bff: BffOptions = {
  ...who,
  module: AppModule,
  static: { root: fileURLToPath(new URL('../../storefront/dist', import.meta.url)), fallback: 'index.html' },
};
