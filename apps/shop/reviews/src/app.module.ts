import { Module } from '@nestjs/common';
import { DatabaseModule } from '@portico/shop-kit';
import { MIGRATIONS } from './migrations.ts';
import { ReviewController } from './review.controller.ts';
import { ReviewRepository } from './review-repository.ts';
import { seed } from './seed/seed.ts';

/** Reviews: what customers say about products, and what it comes to. */
@Module({
  imports: [DatabaseModule.forRoot({ migrations: MIGRATIONS, seed })],
  controllers: [ReviewController],
  providers: [ReviewRepository],
})
export class AppModule {}
