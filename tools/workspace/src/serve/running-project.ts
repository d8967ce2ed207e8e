import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OwnedProcess } from './child-process.ts';
import type { ServedProject } from './served-project.ts';
import { watchSources } from './source-watch.ts';

/** `failed`: it ended by itself; the next change starts it again. `stopped`: somebody stopped it. */
export type State = 'starting' | 'ready' | 'failed' | 'stopped';

/** What a project says, and how it is. */
export interface Listener {
  line(text: string): void;
  state(state: State): void;
}

/** What is special about one way to run a project. */
export interface RunOptions {
  /** Arguments of `node` before the others, such as `--inspect=9229`. */
  readonly nodeArguments?: readonly string[];
  /** Waited for before each start. */
  readonly before?: () => Promise<void>;
}

const LOADER = fileURLToPath(new URL('../../../dev/register.mjs', import.meta.url));
const FROM_SOURCE = ['--enable-source-maps', '--conditions=@portico/source', '--import', LOADER];

/** How often in milliseconds a service is asked whether it is ready. */
const POLL = 100;

/** A project that runs from source and starts again when a source changes; starts and stops never overlap. */
export class RunningProject {
  readonly #root: string;
  readonly #project: ServedProject;
  readonly #listener: Listener;
  readonly #options: RunOptions;
  #process: OwnedProcess | undefined;
  #turn: Promise<void> = Promise.resolve();
  #unwatch: (() => Promise<void>) | undefined;
  #wanted = false;

  constructor(root: string, project: ServedProject, listener: Listener, options: RunOptions = {}) {
    this.#root = root;
    this.#project = project;
    this.#listener = listener;
    this.#options = options;
  }

  /** Starts it, once it has ended where it runs, and from then on with every change of its sources. */
  async start(): Promise<void> {
    this.#wanted = true;
    this.#unwatch ??= await watchSources(
      this.#root,
      this.#project.sources,
      (paths) => this.#changed(paths),
      (error) => this.#listener.line(`changes are not noticed any more: ${error.message}`),
    );
    await this.#inTurn(() => this.#restart());
  }

  /** Ends it; changes start it no more. */
  async stop(): Promise<void> {
    this.#wanted = false;
    await this.#inTurn(async () => {
      await this.#end();
      this.#listener.state('stopped');
    });
  }

  /** Ends it and the watch. */
  async close(): Promise<void> {
    await this.stop();
    await this.#unwatch?.();
  }

  #inTurn(step: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(step);
    return this.#turn;
  }

  #changed(paths: readonly string[]): void {
    if (!this.#wanted) return;
    const [first, ...others] = paths;
    this.#listener.line(`${first}${others.length > 0 ? ` and ${others.length} more` : ''} changed: starting again`);
    void this.#inTurn(() => this.#restart());
  }

  async #restart(): Promise<void> {
    await this.#end();
    if (!this.#wanted) return;
    this.#listener.state('starting');
    await this.#options.before?.();
    if (this.#wanted) this.#spawn();
  }

  #spawn(): void {
    const main = join(this.#root, this.#project.folder, 'src/main.ts');
    const argument = [...(this.#options.nodeArguments ?? []), ...FROM_SOURCE, main];
    // Nothing needs to be drained for a balancer here; a restart is to be quick.
    const environment = { DRAIN_DELAY: '0', ...process.env, ...this.#project.environment };
    const started = new OwnedProcess(argument, environment, this.#root, (line) => this.#listener.line(line));
    this.#process = started;
    void started.ended().then((what) => {
      if (this.#process !== started) return;
      this.#process = undefined;
      this.#listener.line(`ended (${what}); the next change of its sources starts it again`);
      this.#listener.state('failed');
    });
    void this.#tellReady(started);
  }

  async #end(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    await running?.stop();
  }

  /** A project with a `PORT` of its own is ready when it says so there; others when they are started. */
  async #tellReady(started: OwnedProcess): Promise<void> {
    const port = this.#project.environment['PORT'];
    while (port !== undefined && this.#process === started && !(await isReady(port))) {
      await new Promise((resolve) => setTimeout(resolve, POLL));
    }
    if (this.#process === started) this.#listener.state('ready');
  }
}

async function isReady(port: string): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(2_000) });
    return response.ok;
  } catch {
    return false;
  }
}
