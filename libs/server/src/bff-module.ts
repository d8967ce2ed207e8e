import type { DynamicModule, ExceptionFilter, Provider } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Uploads } from '@portico/http';
import type { BffOptions } from './bff-options.ts';
import { HealthController } from './health.controller.ts';
import { Readiness } from './readiness.ts';

class BffRoot {}

/** Objects that a started BFF shares with its modules. */
export interface BffParts {
  /** There for whoever has a reason to add. */
  readonly readiness: Readiness;
  /** All bodies of requests under way, of rows and controllers. */
  readonly uploads: Uploads;
  /** Answers what no filter of the application does. */
  readonly filter: ExceptionFilter;
}

/**
 * The module of everything that a BFF serves: its own beside what every BFF has. Tools read it without starting it, and without parts.
 */
export function bffModule(options: Pick<BffOptions, 'module'>, parts?: BffParts): DynamicModule {
  const providers: Provider[] = [
    { provide: Readiness, useValue: parts?.readiness ?? new Readiness() },
    { provide: Uploads, useValue: parts?.uploads ?? new Uploads() },
  ];
  // Nest asks the last filter first; this module is read before those that it imports.
  if (parts) providers.push({ provide: APP_FILTER, useValue: parts.filter });
  return {
    module: BffRoot,
    global: true,
    imports: [options.module],
    controllers: [HealthController],
    providers,
    exports: [Readiness, Uploads],
  };
}
