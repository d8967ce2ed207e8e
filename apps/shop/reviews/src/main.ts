import { runService } from '@portico/shop-kit';
import { AppModule } from './app.module.ts';

await runService({ name: 'reviews', port: 4005, module: AppModule });
