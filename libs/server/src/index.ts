export { bffModule } from './bff-module.ts';
export { type BffOptions, type RunningBff, StartError, type StaticFiles, type UnguardedRoute } from './bff-options.ts';
export { createBff } from './create-bff.ts';
export { Readiness } from './readiness.ts';
export { runBff } from './run-bff.ts';
