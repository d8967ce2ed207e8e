import type { Instance, InstanceSource } from '@portico/discovery';

/** A source that says what a test wants it to. */
export interface ScriptedSource extends InstanceSource {
  started: boolean;
  closed: boolean;
  /** Becomes another list. */
  become(instances: readonly Instance[]): void;
}

/** Makes a source with a first list. */
export function scriptedSource(first: readonly Instance[] = []): ScriptedSource {
  let instances = first;
  const listeners: ((instances: readonly Instance[]) => void)[] = [];
  return {
    kind: 'scripted',
    started: false,
    closed: false,
    status: { state: 'fresh', age: 0, failure: undefined },
    get instances() {
      return instances;
    },
    start() {
      this.started = true;
    },
    close() {
      this.closed = true;
    },
    onChange: (listener) => void listeners.push(listener),
    become: (next) => {
      instances = next;
      for (const listener of listeners) listener(next);
    },
  };
}
