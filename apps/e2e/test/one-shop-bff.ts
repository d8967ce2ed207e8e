/** A BFF with one upstream, found by its address (`/shop`) and by its name (`/named`), as a program of its own. */
import { Module } from '@nestjs/common';
import { RoutingModule } from '@portico/routing';
import { runBff } from '@portico/server';
import { defineUpstream } from '@portico/upstream';

const port = process.env['SHOP_PORT'];
const shop = defineUpstream('shop', { url: `http://127.0.0.1:${port}` });
const named = defineUpstream('named', { url: `http://localhost:${port}` });

@Module({
  imports: [
    RoutingModule.forRoot({
      name: 'one-shop-bff',
      upstreams: [shop, named],
      routes: [
        { methods: ['GET'], path: '/shop', upstream: shop, to: '/', auth: 'public', timeout: 5_000 },
        { methods: ['GET'], path: '/named', upstream: named, to: '/', auth: 'public', timeout: 5_000 },
      ],
    }),
  ],
})
class AppModule {}

await runBff({ name: 'one-shop-bff', port: 0, module: AppModule });
