import { Module } from '@nestjs/common';
import { RoutingModule } from '@portico/routing';
import type { BffOptions } from '@portico/server';
import { routes } from './routes.ts';
import { upstreams } from './upstreams.ts';

/** What the admin BFF is made of: the dashboard and the tools of staff. It stays on loopback until staff can log in. */
@Module({ imports: [RoutingModule.forRoot({ name: 'admin-bff', upstreams, routes })] })
class AppModule {}

export const bff: BffOptions = { name: 'admin-bff', port: 3002, module: AppModule, loopbackOnly: true };
