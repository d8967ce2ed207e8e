import { Module } from '@nestjs/common';
import { DatabaseModule } from '@portico/shop-kit';
import { BasketController } from './basket.controller.ts';
import { BasketRepository } from './basket.repository.ts';
import { BasketService } from './basket.service.ts';
import { CatalogClient } from './catalog.client.ts';
import { CustomerBasketController } from './customer-basket.controller.ts';
import { CustomerBasketRepository } from './customer-basket.repository.ts';
import { migrations } from './migrations.ts';

/** What basket is made of. */
@Module({
  imports: [DatabaseModule.forRoot({ migrations })],
  controllers: [BasketController, CustomerBasketController],
  providers: [BasketRepository, BasketService, CatalogClient, CustomerBasketRepository],
})
export class AppModule {}
