export { type CallHeaders, type ViewUpstreams } from './ask-upstream.ts';
export { type CompiledView, compileView, type ViewAnswer } from './compile-view.ts';
export { type PartFailedEvent } from './events.ts';
export { type PartState } from './part-state.ts';
export { Plan } from './plan.ts';
export { probeUpstream } from './probe.ts';
export { view, type View, type ViewDefinition } from './view.ts';
