import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/** A normal request that is sent again and again. */
export interface Probe {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
}

/** What became of the normal requests. */
export interface Probed {
  readonly requests: number;
  /** How often each outcome other than 200 came: a status, `timeout`, or the code of a connection's error. */
  readonly failures: ReadonlyMap<string, number>;
  /** Milliseconds, of all requests: those that failed with the time until they did. */
  readonly p50: number;
  readonly p99: number;
  readonly slowest: number;
}

/** Milliseconds after which a normal client would have left. */
const PATIENCE = 5_000;

/**
 * Sends normal requests at a steady rate, whatever becomes of those before, half of them on connections of their own as a new
 * client does, half on kept ones.
 */
export class Prober {
  private readonly kept = new Agent({ keepAlive: true, maxSockets: 50 });
  private readonly times: number[] = [];
  private readonly failures = new Map<string, number>();
  private readonly under = new Set<Promise<void>>();
  private sent = 0;
  private readonly running: Promise<void>;
  private isStopped = false;

  /**
   * @param url of the server, without a path
   * @param probes sent in turn
   * @param rate requests a second
   */
  constructor(
    private readonly url: string,
    private readonly probes: readonly Probe[],
    private readonly rate = 20,
  ) {
    this.running = this.run();
  }

  /** Ends the row and waits for what is under way. */
  async stop(): Promise<Probed> {
    this.isStopped = true;
    await this.running;
    await Promise.all(this.under);
    this.kept.destroy();
    const times = this.times.sort((a, b) => a - b);
    const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
    return { requests: this.sent, failures: this.failures, p50: at(0.5), p99: at(0.99), slowest: at(1) };
  }

  private async run(): Promise<void> {
    const startedAt = performance.now();
    while (!this.isStopped) {
      const one = this.send(this.probes[this.sent % this.probes.length]!, this.sent % 4 < 2).finally(() =>
        this.under.delete(one),
      );
      this.under.add(one);
      this.sent++;
      await pause(Math.max(0, startedAt + (this.sent * 1_000) / this.rate - performance.now()));
    }
  }

  private async send(probe: Probe, isNew: boolean): Promise<void> {
    const startedAt = performance.now();
    const outcome = await this.ask(probe, isNew);
    this.times.push(performance.now() - startedAt);
    if (outcome !== '200') this.failures.set(outcome, (this.failures.get(outcome) ?? 0) + 1);
  }

  private ask({ method, path, body }: Probe, isNew: boolean): Promise<string> {
    return new Promise((resolve) => {
      const call = request(
        `${this.url}${path}`,
        { method, agent: isNew ? false : this.kept, signal: AbortSignal.timeout(PATIENCE) },
        (answer) => {
          answer.resume();
          answer.on('end', () => resolve(String(answer.statusCode)));
          answer.on('error', () => resolve('broken'));
        },
      );
      call.on('error', (error: NodeJS.ErrnoException) =>
        resolve(error.name === 'AbortError' || error.name === 'TimeoutError' ? 'timeout' : (error.code ?? error.name)),
      );
      call.end(body);
    });
  }
}

/** `none`, or the outcomes with their counts. */
export function describeFailures({ failures }: Probed): string {
  return [...failures].map(([outcome, count]) => `${count} x ${outcome}`).join(', ') || 'none';
}
