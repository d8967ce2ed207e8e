import { runService } from '@portico/shop-kit';
import { AppModule } from './app.module.ts';

await runService({ name: 'identity', port: 4000, module: AppModule });
