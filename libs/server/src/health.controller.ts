import { Allow } from '@portico/core';
import { Controller, Get, Header, Inject, Optional, Res } from '@nestjs/common';
import { type InstanceHealth, type UpstreamHealth, UPSTREAMS, type Upstreams } from '@portico/upstream';
import type { FastifyReply } from 'fastify';
import { Readiness } from './readiness.ts';
import { withoutAddresses } from './without-addresses.ts';

/** The answer of `/health/live`. */
export interface Live {
  readonly status: 'live';
}

/** The answer of `/health/ready`. It names no address. */
export interface Ready {
  readonly status: 'ready' | 'not-ready';
  readonly reasons: readonly string[];
  readonly upstreams: readonly UpstreamReport[];
}

/** An upstream as `/health/ready` shows it. */
export interface UpstreamReport {
  readonly name: string;
  /** Where its instances come from, for how many seconds that has said nothing, and the newest reason why its list is not fresh. */
  readonly source: {
    readonly kind: string;
    readonly state: string;
    readonly age: number | undefined;
    readonly failure: string | undefined;
  };
  /** `panic`: so few instances are healthy that failing ones get calls too; `none`: none may get any. */
  readonly traffic: UpstreamHealth['traffic'];
  readonly instances: readonly InstanceReport[];
}

/** An instance as `/health/ready` shows it: its ages are in seconds instead of milliseconds. */
export type InstanceReport = InstanceHealth;

/** Probes for the orchestrator: whether to restart this process, and whether to send requests to it. */
@Controller('health')
export class HealthController {
  constructor(
    @Inject(Readiness) private readonly readiness: Readiness,
    @Optional() @Inject(UPSTREAMS) readonly upstreams?: Upstreams,
  ) {}

  /** Why requests are not welcome; none means ready. */
  get reasons(): readonly string[] {
    const unanswered = this.upstreams?.unanswered() ?? [];
    return [...this.readiness.reasons, ...unanswered.map((name) => `looking for ${name}`)];
  }

  /** 200 as long as the process serves at all; it looks at nothing else, so an upstream's fault restarts nobody. */
  @Get('live')
  @Allow('public')
  @Header('cache-control', 'no-store')
  live(): Live {
    return { status: 'live' };
  }

  /**
   * 200 when requests are welcome, else 503 with the reasons. An upstream counts only until its source has answered once,
   * be it that nobody is there: later faults of one are no reason to send requests elsewhere, for every replica sees them. What
   * calls and probes found is shown and changes nothing.
   */
  @Get('ready')
  @Allow('public')
  @Header('cache-control', 'no-store')
  ready(@Res({ passthrough: true }) reply: FastifyReply): Ready {
    const report = this.report();
    if (report.status !== 'ready') reply.status(503);
    return report;
  }

  /** Whether requests are welcome, and how the upstreams are. */
  report(): Ready {
    const health = this.upstreams?.health() ?? [];
    const { reasons } = this;
    return { status: reasons.length > 0 ? 'not-ready' : 'ready', reasons, upstreams: health.map(reportOf) };
  }
}

function reportOf({ name, source, traffic, instances }: UpstreamHealth): UpstreamReport {
  const { kind, state, age, failure } = source;
  const told = failure === undefined ? undefined : withoutAddresses(failure);
  const report = { kind, state, age: seconds(age), failure: told };
  return { name, source: report, traffic, instances: instances.map(inSeconds) };
}

function inSeconds({ calls, probes, ...rest }: InstanceHealth): InstanceReport {
  return {
    ...rest,
    calls: { ...calls, lastSuccess: seconds(calls.lastSuccess), lastFailure: seconds(calls.lastFailure) },
    probes: probes && { ...probes, age: Math.round(probes.age / 1000) },
  };
}

function seconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : Math.round(milliseconds / 1000);
}
