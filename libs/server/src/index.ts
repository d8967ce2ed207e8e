export { bffModule } from './bff-module.ts';
export { type BffOptions, type RunningBff, StartError, type StaticFiles, type UnguardedRoute } from './bff-options.ts';
export { Context, Signal } from './controllers/context.decorator.ts';
export { planOf } from './controllers/handler-plan.ts';
export { type CreateApplication } from './create-application.ts';
export { createBff } from './create-bff.ts';
export { Readiness } from './readiness.ts';
export { runBff } from './run-bff.ts';
