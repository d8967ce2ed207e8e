import { spawn } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { fromHost, receive, send, socketPath, type ToHost } from './host-messages.ts';
import type { Listener, State } from './running-project.ts';

/** How long in milliseconds a host may take until it listens. */
const HOST_TIMEOUT = 30_000;
const POLL = 50;

const LAUNCHER = fileURLToPath(new URL('./launch-host.mjs', import.meta.url));

/** The use of one service, which runs at least as long as its lease. */
export class ServiceLease {
  readonly #root: string;
  readonly #name: string;
  readonly #listener: Listener;
  readonly #waiting = new Set<() => void>();
  #socket: Socket | undefined;
  #state: State = 'starting';
  #ended = false;

  constructor(root: string, name: string, listener: Listener) {
    this.#root = root;
    this.#name = name;
    this.#listener = listener;
  }

  /** Joins the service's users; its host is started when there is none, and again when it is gone. */
  async begin(): Promise<void> {
    const path = socketPath(this.#root, this.#name);
    const socket = (await tryToConnect(path)) ?? (await this.#launch(path));
    this.#socket = socket;
    if (this.#ended) return void socket.destroy();
    socket.once('close', () => {
      if (this.#ended) return;
      this.#listener.line('is gone: starting it again');
      this.#change('starting');
      void this.begin();
    });
    receive(socket, fromHost, (message) => {
      if ('line' in message) this.#listener.line(message.line);
      else this.#change(message.state);
    });
  }

  /** Resolves when the service answers, at once when somebody stopped it on purpose. */
  async settled(): Promise<void> {
    while (this.#state !== 'ready' && this.#state !== 'stopped') {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** The service may end for all we care. */
  end(): void {
    this.#ended = true;
    this.#socket?.destroy();
  }

  #change(state: State): void {
    this.#state = state;
    this.#listener.state(state);
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    waiting.forEach((resolve) => resolve());
  }

  async #launch(path: string): Promise<Socket> {
    // By way of a process that ends at once: whoever kills our process tree does not find the host in it.
    spawn(process.execPath, [LAUNCHER, this.#name], { cwd: this.#root, stdio: 'ignore' }).unref();
    const deadline = Date.now() + HOST_TIMEOUT;
    while (Date.now() < deadline) {
      await wait(POLL);
      const socket = await tryToConnect(path);
      if (socket !== undefined) return socket;
    }
    throw new Error(`${this.#name} could not be started: nobody listens on ${path}`);
  }
}

/** Asks the host of a service that runs for something; false when it does not run. */
export async function askHost(root: string, name: string, message: ToHost): Promise<boolean> {
  const socket = await tryToConnect(socketPath(root, name));
  if (socket === undefined) return false;
  const expected: State = message.ask === 'stop' ? 'stopped' : 'ready';
  let asked = false;
  await new Promise<void>((resolve) => {
    receive(socket, fromHost, (answer) => {
      if (!('state' in answer)) return;
      if (asked && answer.state === expected) resolve();
      if (!asked) send(socket, message);
      asked = true;
    });
    socket.once('close', () => resolve());
  });
  socket.destroy();
  return true;
}

function tryToConnect(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    // Errors of a connection that was made end it; its `close` is what counts.
    socket.on('error', () => resolve(undefined));
  });
}
