import { runBff } from '@portico/server';
import { bff } from './app.module.ts';

await runBff(bff);
