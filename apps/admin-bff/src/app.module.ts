import { fileURLToPath } from 'node:url';
import { Module } from '@nestjs/common';
import { AuditTrailModule, AuthModule, StaffSessionsModule } from '@portico/auth';
import { RoutingModule } from '@portico/routing';
import type { BffOptions } from '@portico/server';
import { routes, staff } from './routes.ts';
import { upstreams } from './upstreams.ts';

const who = { name: 'admin-bff', port: 3002 };

/** What the admin BFF is made of: login for staff, a trail of what they change, the sessions they may end, and their tools. */
@Module({
  imports: [
    AuthModule.cookie(who),
    AuditTrailModule.forRoot(who),
    StaffSessionsModule.forRoot({ ...who, access: staff, others: ['web-bff'] }),
    RoutingModule.forRoot({ ...who, upstreams, routes }),
  ],
})
export class AppModule {}

export const bff: BffOptions = {
  ...who,
  module: AppModule,
  static: { root: fileURLToPath(new URL('../../console/dist', import.meta.url)), fallback: 'index.html' },
};
