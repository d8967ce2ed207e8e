export { Egress, PRIVATE_RANGES } from './egress.ts';
export {
  type ListEvent,
  type PeerEvent,
  type RefusedEvent,
  type RegistrationEvent,
  type StatusEvent,
} from './events.ts';
export { isSamePlace } from './instance-check.ts';
export { type Instance } from './instance.ts';
export { type InstanceSource, type SourceStatus } from './instance-source.ts';
export { openRegistration } from './open-registration.ts';
export { openSource } from './open-source.ts';
export { type Registration, type RegistrationOptions } from './registration.ts';
export { type SourceOptions } from './source-options.ts';
