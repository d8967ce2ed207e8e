import { Module } from '@nestjs/common';
import { DatabaseModule } from '@portico/shop-kit';
import { ImageController } from './image.controller.ts';
import { MIGRATIONS } from './migrations.ts';
import { ProductController } from './product.controller.ts';
import { ProductRepository } from './product-repository.ts';
import { seed } from './seed/seed.ts';

/** The catalog: what the shop sells. */
@Module({
  imports: [DatabaseModule.forRoot({ migrations: MIGRATIONS, seed })],
  controllers: [ProductController, ImageController],
  providers: [ProductRepository],
})
export class AppModule {}
