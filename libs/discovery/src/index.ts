export { Egress, PRIVATE_RANGES } from './egress.ts';
export { type ListEvent, type RefusedEvent, type StatusEvent } from './events.ts';
export { type Instance } from './instance.ts';
export { type InstanceSource, type SourceStatus } from './instance-source.ts';
