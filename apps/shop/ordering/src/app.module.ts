import { Module } from '@nestjs/common';
import { DatabaseModule } from '@portico/shop-kit';
import { BasketClient } from './basket.client.ts';
import { CheckoutRecovery } from './checkout.recovery.ts';
import { CheckoutRepository } from './checkout.repository.ts';
import { CheckoutService } from './checkout.service.ts';
import { CheckoutSteps } from './checkout.steps.ts';
import { AccessTokens } from './customers/access-tokens.ts';
import { AddressController } from './customers/address.controller.ts';
import { AddressRepository } from './customers/address.repository.ts';
import { CustomerOrderController } from './customers/customer-order.controller.ts';
import { InventoryClient } from './inventory.client.ts';
import { migrations } from './migrations.ts';
import { OrderController } from './order.controller.ts';
import { OrderRepository } from './order.repository.ts';
import { OrderService } from './order.service.ts';
import { seed } from './seed/seed.ts';

/** What ordering is made of. */
@Module({
  imports: [DatabaseModule.forRoot({ migrations, seed })],
  controllers: [OrderController, CustomerOrderController, AddressController],
  providers: [
    AccessTokens,
    AddressRepository,
    BasketClient,
    CheckoutRecovery,
    CheckoutRepository,
    CheckoutService,
    CheckoutSteps,
    InventoryClient,
    OrderRepository,
    OrderService,
  ],
})
export class AppModule {}
