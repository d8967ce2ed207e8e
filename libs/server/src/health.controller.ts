import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Readiness } from './readiness.ts';

/** The answer of both health paths. */
export interface Health {
  readonly status: 'live' | 'ready' | 'not-ready';
  readonly reasons: readonly string[];
}

/** Probes for the orchestrator: whether to restart this process, and whether to send requests to it. */
@Controller('health')
export class HealthController {
  constructor(@Inject(Readiness) private readonly readiness: Readiness) {}

  /** 200 as long as the process serves at all; it looks at nothing else, so an upstream's fault restarts nobody. */
  @Get('live')
  @Header('cache-control', 'no-store')
  live(): Health {
    return { status: 'live', reasons: [] };
  }

  /** 200 when requests are welcome, else 503 with the reasons. */
  @Get('ready')
  @Header('cache-control', 'no-store')
  ready(@Res({ passthrough: true }) reply: FastifyReply): Health {
    const { reasons } = this.readiness;
    if (reasons.length > 0) reply.status(503);
    return { status: reasons.length > 0 ? 'not-ready' : 'ready', reasons };
  }
}
