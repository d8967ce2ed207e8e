import { Module } from '@nestjs/common';
import { runService } from '@portico/shop-kit';

@Module({})
class EmptyModule {}

await runService({ name: 'empty', port: 4999, module: EmptyModule });
