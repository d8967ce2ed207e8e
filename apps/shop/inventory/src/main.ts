import { runService } from '@portico/shop-kit';
import { AppModule } from './app.module.ts';

await runService({ name: 'inventory', port: 4002, module: AppModule });
