/** `node --import ./tools/dev/register.mjs x.ts`: runs TypeScript with decorators from source, without a build. */
import * as module from 'node:module';
import { load } from './swc-hooks.mjs';

if (module.registerHooks) module.registerHooks({ load });
else module.register('./swc-hooks.mjs', import.meta.url);
