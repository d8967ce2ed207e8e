import type { Instance, InstanceSource, SourceStatus } from '@portico/discovery';

/** A source that says what a test wants it to. */
export interface ScriptedSource extends InstanceSource {
  started: boolean;
  closed: boolean;
  /** Becomes another list. */
  become(instances: readonly Instance[]): void;
}

/** Makes a source with a first list. @param state what it begins as; it is fresh once it became a list */
export function scriptedSource(
  first: readonly Instance[] = [],
  state: SourceStatus['state'] = 'fresh',
): ScriptedSource {
  let instances = first;
  let status: SourceStatus = { state, age: 0, failure: undefined };
  const listeners: ((instances: readonly Instance[]) => void)[] = [];
  return {
    kind: 'scripted',
    started: false,
    closed: false,
    get status() {
      return status;
    },
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
      status = { ...status, state: 'fresh' };
      for (const listener of listeners) listener(next);
    },
  };
}
