import { runService } from '@portico/shop-kit';
import { AppModule } from './app.module.ts';

await runService({ name: 'ordering', port: 4004, module: AppModule });
