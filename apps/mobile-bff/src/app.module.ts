import { Module } from '@nestjs/common';
import { RoutingModule } from '@portico/routing';
import type { BffOptions } from '@portico/server';
import { routes } from './routes.ts';
import { upstreams } from './upstreams.ts';

/** What the mobile BFF is made of: compact, versioned screens for phones. */
@Module({ imports: [RoutingModule.forRoot({ name: 'mobile-bff', upstreams, routes })] })
class AppModule {}

export const bff: BffOptions = { name: 'mobile-bff', port: 3001, module: AppModule };
