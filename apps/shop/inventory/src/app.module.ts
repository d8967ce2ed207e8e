import { Module } from '@nestjs/common';
import { DatabaseModule } from '@portico/shop-kit';
import { migrations } from './migrations.ts';
import { ReservationController } from './reservation.controller.ts';
import { ReservationRepository } from './reservation.repository.ts';
import { ReservationService } from './reservation.service.ts';
import { seed } from './seed.ts';
import { StockController } from './stock.controller.ts';
import { StockRepository } from './stock.repository.ts';
import { StockService } from './stock.service.ts';

/** What inventory is made of. */
@Module({
  imports: [DatabaseModule.forRoot({ migrations, seed })],
  controllers: [StockController, ReservationController],
  providers: [StockRepository, StockService, ReservationRepository, ReservationService],
})
export class AppModule {}
