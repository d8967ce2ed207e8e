import { watchAncestors } from './ancestors.ts';
import { type Listener, RunningProject } from './running-project.ts';
import { findProject } from './served-project.ts';
import { ServiceLease } from './service-lease.ts';
import { watchTypes } from './type-watch.ts';

/** What `nx serve` is asked for. */
export interface ServeOptions {
  /** The services that it needs, which other projects may need too. */
  readonly services: readonly string[];
  /** The project itself is such a service. */
  readonly shared: boolean;
  /** Port of 127.0.0.1 for a debugger of the project itself; undefined for none. */
  readonly inspect?: string | undefined;
}

/** What has to be ended. */
type Ending = () => void | Promise<void>;

/**
 * Runs a project and the services that it needs until SIGINT, SIGTERM, SIGHUP, or until whoever runs us is gone. The
 * project starts when all its services answer, so that what it says about itself is true then.
 */
export async function serve(root: string, name: string, options: ServeOptions): Promise<void> {
  const project = findProject(root, name);
  const names = [...options.services, ...(options.shared ? [name] : [])];
  const leases = names.map((service) => new ServiceLease(root, service, labelled(service)));
  const endings: Ending[] = leases.map((lease) => () => lease.end());
  endOnce(endings);
  await Promise.all(leases.map((lease) => lease.begin()));
  const before = async (): Promise<void> => void (await Promise.all(leases.map((lease) => lease.settled())));
  if (!options.shared) {
    const nodeArguments = options.inspect === undefined ? [] : [`--inspect=127.0.0.1:${options.inspect}`];
    const running = new RunningProject(root, project, labelled(name), { nodeArguments, before });
    endings.push(() => running.close());
    await running.start();
  }
  const checked = [project, ...options.services.map((service) => findProject(root, service))];
  const types = watchTypes(root, checked, labelled('types').line);
  endings.push(() => types.stop());
}

/** Writes each line of a project with its name before it. */
function labelled(name: string): Listener {
  return {
    line: (text) => void process.stdout.write(`[${name}] ${text}\n`),
    state: (state) => void (state === 'stopped' && process.stdout.write(`[${name}] stopped\n`)),
  };
}

function endOnce(endings: readonly Ending[]): void {
  let ended = false;
  const end = (): void => {
    // The second time is somebody's impatience.
    if (ended) process.exit(1);
    ended = true;
    void Promise.all(endings.map(async (ending) => ending())).then(() => process.exit(0));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  // The terminal is gone with its reader.
  process.stdout.on('error', () => undefined);
  watchAncestors(end);
}
