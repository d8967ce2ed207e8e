import { channel } from 'node:diagnostics_channel';
import type { Instance } from './instance.ts';
import type { SourceStatus } from './instance-source.ts';

/** Message of `portico.discovery.list`: an upstream has its first list of instances, which may be empty, or another one. */
export interface ListEvent {
  readonly upstream: string;
  readonly kind: string;
  readonly instances: readonly Instance[];
  readonly added: readonly Instance[];
  readonly removed: readonly Instance[];
  /** Who keeps its id and is reached elsewhere: as it was, and as it is. */
  readonly moved: readonly { readonly before: Instance; readonly after: Instance }[];
}

/** Message of `portico.discovery.refused`: a source named something that is not used, and why; once, not for each answer. */
export interface RefusedEvent {
  readonly upstream: string;
  readonly kind: string;
  /** As the source wrote it, shortened. */
  readonly candidate: string;
  readonly reason: string;
}

/** Message of `portico.discovery.status`: a source went stale, is doubted, gives another reason for that, or came back. */
export interface StatusEvent extends SourceStatus {
  readonly upstream: string;
  readonly kind: string;
}

/** Message of `portico.discovery.registration`: whether this process is in a registry has changed. */
export interface RegistrationEvent {
  /** `consul` or `eureka`. */
  readonly kind: string;
  /** Id of this process in the registry. */
  readonly id: string;
  /** `failed`: the registry could not be told; it is tried again, unless the process ends. */
  readonly state: 'registered' | 'failed' | 'deregistered';
  /** Why it failed, one sentence for the log. */
  readonly failure: string | undefined;
}

/** Message of `portico.discovery.peer`: one of several servers of a registry gave no usable answer while another one did, or is asked again. */
export interface PeerEvent {
  /** `eureka`. */
  readonly kind: string;
  /** `host:port`. */
  readonly peer: string;
  readonly state: 'away' | 'back';
  /** Why it is away, one sentence for the log. */
  readonly failure: string | undefined;
}

/** What discovery tells whoever subscribes through `node:diagnostics_channel`. */
export const events = {
  list: channel('portico.discovery.list'),
  refused: channel('portico.discovery.refused'),
  status: channel('portico.discovery.status'),
  peer: channel('portico.discovery.peer'),
  registration: channel('portico.discovery.registration'),
};
