import { Module } from '@nestjs/common';
import { DatabaseModule } from '@portico/shop-kit';
import { BasketController } from './basket.controller.ts';
import { BasketRepository } from './basket.repository.ts';
import { BasketService } from './basket.service.ts';
import { CatalogClient } from './catalog.client.ts';
import { migrations } from './migrations.ts';

/** What basket is made of. */
@Module({
  imports: [DatabaseModule.forRoot({ migrations })],
  controllers: [BasketController],
  providers: [BasketRepository, BasketService, CatalogClient],
})
export class AppModule {}
