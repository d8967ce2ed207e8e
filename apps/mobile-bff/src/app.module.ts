import { Module } from '@nestjs/common';
import { AuthModule } from '@portico/auth';
import { RoutingModule } from '@portico/routing';
import type { BffOptions } from '@portico/server';
import { routes } from './routes.ts';
import { upstreams } from './upstreams.ts';

const who = { name: 'mobile-bff', port: 3001 };

/** What the mobile BFF is made of: bearer tokens for the API `portico-api`, and compact, versioned screens for phones. */
@Module({
  imports: [
    AuthModule.bearer({ ...who, clientId: 'portico-api' }),
    RoutingModule.forRoot({ ...who, upstreams, routes }),
  ],
})
export class AppModule {}

export const bff: BffOptions = { ...who, module: AppModule };
