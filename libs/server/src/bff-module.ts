import type { DynamicModule } from '@nestjs/common';
import type { BffOptions } from './bff-options.ts';
import { HealthController } from './health.controller.ts';
import { Readiness } from './readiness.ts';

class BffRoot {}

/**
 * The module of everything that a BFF serves: its own beside what every BFF has. Tools read it without starting it.
 *
 * @param readiness there for whoever has a reason to add
 */
export function bffModule(options: Pick<BffOptions, 'module'>, readiness = new Readiness()): DynamicModule {
  return {
    module: BffRoot,
    global: true,
    imports: [options.module],
    controllers: [HealthController],
    providers: [{ provide: Readiness, useValue: readiness }],
    exports: [Readiness],
  };
}
