import { Readable } from 'node:stream';
import { BffError, type Clock, formatTraceparent, RequestContext, startTrace, type Timer } from '@portico/core';
import type { UpstreamInstance } from '../instances/upstream-instance.ts';
import type { HealthPolicy } from '../policies/health.policy.ts';

/** What a probe came to. */
export interface ProbeResult {
  readonly good: boolean;
  /** The status, or the code of the failure. */
  readonly answer: string;
}

/** How a loop asks and whom it tells. */
export interface ProbeLoopOptions {
  readonly policy: HealthPolicy;
  readonly clock: Clock;
  /** 0 to below 1. */
  readonly random: () => number;
  readonly onResult: (instance: UpstreamInstance, result: ProbeResult) => void;
}

/** The gateway asks on its own behalf: no client stands behind a probe. */
const GATEWAY = { address: '127.0.0.1', protocol: 'http', host: 'localhost' } as const;

/** Share of the interval by which the wait for the next probe varies, to either side. */
const JITTER = 0.1;

/**
 * Asks one instance again and again, one question at a time. The first comes at a random moment of the first interval, so that
 * neither many instances nor many gateways ask all at once.
 */
export class ProbeLoop {
  private timer: Timer | undefined;
  private ctx: RequestContext | undefined;
  private closed = false;

  constructor(
    private readonly instance: UpstreamInstance,
    private readonly options: ProbeLoopOptions,
  ) {
    this.askIn(options.policy.interval * options.random());
  }

  /** Asks no more; a probe under way is cut, and its result is nobody's. */
  close(): void {
    this.closed = true;
    this.timer?.cancel();
    this.ctx?.abort(new BffError('shutting-down'));
  }

  private askIn(delay: number): void {
    this.timer = this.options.clock.after(delay, () => void this.ask());
  }

  private async ask(): Promise<void> {
    const { policy, clock, random, onResult } = this.options;
    const startedAt = clock.now();
    const result = await this.probe();
    if (this.closed) return;
    const wait = policy.interval * (1 - JITTER + 2 * JITTER * random());
    this.askIn(Math.max(0, wait - (clock.now() - startedAt)));
    if (result) onResult(this.instance, result);
  }

  /** Undefined: nothing is known, because this machine lacked the means to ask. */
  private async probe(): Promise<ProbeResult | undefined> {
    const { path, timeout, expect } = this.options.policy;
    const trace = startTrace();
    const ctx = new RequestContext({ requestId: trace.traceId, client: GATEWAY, trace, clock: this.options.clock });
    const headers = ['user-agent', 'portico-health', 'traceparent', formatTraceparent(trace, trace.spanId)];
    this.ctx = ctx;
    ctx.expireAfter(timeout);
    try {
      const { status, body } = await this.instance.send({ method: 'GET', target: path, headers }, ctx);
      // The status decides; what does not fit into memory is not read.
      if (body instanceof Readable) body.destroy();
      return { good: status >= expect.from && status <= expect.to, answer: `${status}` };
    } catch (error) {
      const { code } = error as BffError;
      return code === 'gateway-exhausted' ? undefined : { good: false, answer: code };
    } finally {
      ctx.finish();
    }
  }
}
