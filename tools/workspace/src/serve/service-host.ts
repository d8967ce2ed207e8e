import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { claimSocket } from './claim-socket.ts';
import { type FromHost, receive, send, socketPath, toHost } from './host-messages.ts';
import { type Listener, RunningProject, type State } from './running-project.ts';
import { findProject } from './served-project.ts';

/** How long in milliseconds a host waits for who started it. */
const FIRST_USER_TIMEOUT = 10_000;

/** How long in milliseconds a service stays after its last user, who may be about to come back. */
const GRACE = 500;

/**
 * Runs a service for everybody who needs it: each open connection to its socket is one user, and the service ends with
 * the last of them, however that one ended. The host lives outside of the process group and the process tree of who
 * started it, so that Ctrl-C or a kill there leaves the service to the others.
 */
class ServiceHost {
  readonly #users = new Set<Socket>();
  readonly #server: Server;
  readonly #running: RunningProject;
  #state: State = 'starting';
  #stopping = false;

  constructor(root: string, name: string) {
    const listener: Listener = { line: (line) => this.#tell({ line }), state: (state) => this.#change(state) };
    this.#running = new RunningProject(root, findProject(root, name), listener);
    this.#server = createServer((user) => this.#welcome(user));
  }

  /** Resolves when it listens. Rejects when another host does. */
  async listen(path: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(path, resolve);
    });
    setTimeout(() => void (this.#users.size === 0 && process.exit(0)), FIRST_USER_TIMEOUT).unref();
  }

  #welcome(user: Socket): void {
    const first = this.#users.size === 0 && !this.#stopping;
    this.#users.add(user);
    user.on('error', () => user.destroy()).once('close', () => void this.#left(user));
    send(user, { state: this.#state });
    receive(user, toHost, ({ ask }) => void (ask === 'start' ? this.#running.start() : this.#running.stop()));
    if (first) void this.#running.start();
  }

  async #left(user: Socket): Promise<void> {
    this.#users.delete(user);
    await wait(GRACE);
    if (this.#users.size > 0 || this.#stopping) return;
    this.#stopping = true;
    await this.#running.stop();
    this.#stopping = false;
    // Who came meanwhile finds it started again.
    if (this.#users.size > 0) return this.#running.start();
    this.#server.close();
    await this.#running.close();
    process.exit(0);
  }

  #change(state: State): void {
    // Whoever comes while it ends for want of users finds it about to start, not stopped on purpose.
    this.#state = this.#stopping ? 'starting' : state;
    this.#tell({ state: this.#state });
  }

  #tell(message: FromHost): void {
    for (const user of this.#users) send(user, message);
  }
}

/** Becomes the host of a service; does nothing when there is one. */
export async function hostService(root: string, name: string): Promise<void> {
  const path = socketPath(root, name);
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
  await claimSocket(path, () => new ServiceHost(root, name).listen(path));
}
