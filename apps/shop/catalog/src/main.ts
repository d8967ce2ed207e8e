import { runService } from '@portico/shop-kit';
import { AppModule } from './app.module.ts';

await runService({ name: 'catalog', port: 4001, module: AppModule });
