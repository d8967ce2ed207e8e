import { Module } from '@nestjs/common';
import { runService } from '../src/index.ts';

@Module({})
class EmptyModule {}

await runService({ name: 'empty', port: 4999, module: EmptyModule });
