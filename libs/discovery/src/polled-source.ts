import type { Instance } from './instance.ts';
import type { InstanceList } from './instance-list.ts';
import type { InstanceSource, SourceStatus } from './instance-source.ts';
import type { Poller } from './poller.ts';

/** What all sources are that fill a list by a poller of their own. */
export abstract class PolledSource implements InstanceSource {
  abstract readonly kind: string;
  protected abstract readonly list: InstanceList;
  protected abstract readonly poller: Poller;

  get instances(): readonly Instance[] {
    return this.list.instances;
  }

  get status(): SourceStatus {
    return this.list.status;
  }

  start(): void {
    this.poller.start();
  }

  onChange(listener: (instances: readonly Instance[]) => void): void {
    this.list.onChange(listener);
  }

  close(): void {
    this.poller.close();
    this.list.close();
  }
}
