import './without-runtime-warning.ts';
import { runService } from '@portico/shop-kit';
import { AppModule } from './app.module.ts';

// The database holds the signing keys: what this process writes is for its own user.
process.umask(0o077);
await runService({ name: 'identity', port: 4000, module: AppModule });
