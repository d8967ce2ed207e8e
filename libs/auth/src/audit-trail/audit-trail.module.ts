import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  type DynamicModule,
  Inject,
  Logger,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
  Optional,
} from '@nestjs/common';
import { APP_GUARD, ApplicationConfig, HttpAdapterHost } from '@nestjs/core';
import { ConfigError, ENFORCES_ACCESS, loadConfig, systemClock } from '@portico/core';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type SessionEnding, sessionEndings } from '../session/session-ending.ts';
import { AuditFile } from './audit-file.ts';
import { AuditTrail } from './audit-trail.ts';
import { AuditTrailGuard, recordAnswers } from './audit-trail.guard.ts';

/** What a BFF says of itself to its audit trail. */
export interface AuditTrailModuleOptions {
  /** Name of the BFF, as the records show it. */
  readonly name: string;
}

const AUDIT_TRAIL = Symbol('portico.audit-trail');
const log = new Logger('AuditTrail');

/**
 * Writes every unsafe call of a BFF into the file that `AUDIT_TRAIL` names. Import it after `AuthModule`, whose guard must
 * come first: a BFF with the two the other way round does not start. See `docs/audit-trail.md`.
 */
@Module({})
export class AuditTrailModule implements OnModuleInit, OnApplicationShutdown {
  private readonly onSessionEnded = (message: unknown): void => this.trail?.sessionEnded(message as SessionEnding);

  constructor(
    @Optional() @Inject(AUDIT_TRAIL) private readonly trail: AuditTrail | undefined,
    @Inject(HttpAdapterHost) private readonly adapter: HttpAdapterHost,
    @Inject(ApplicationConfig) private readonly application: ApplicationConfig,
  ) {}

  /** The start fails with a ConfigError when the file cannot be opened. Without `AUDIT_TRAIL` there is no trail, which is logged. */
  static forRoot(options: AuditTrailModuleOptions): DynamicModule {
    return {
      module: AuditTrailModule,
      providers: [
        { provide: AUDIT_TRAIL, useFactory: () => openTrail(options) },
        {
          provide: APP_GUARD,
          useFactory: (trail: AuditTrail | undefined) => new AuditTrailGuard(trail),
          inject: [{ token: AUDIT_TRAIL, optional: true }],
        },
      ],
    };
  }

  /** Sees to the answers, and that the guard which knows who calls stands before the one that writes it down. */
  onModuleInit(): void {
    const guards = this.application.getGlobalGuards();
    const own = guards.findIndex((guard) => guard instanceof AuditTrailGuard);
    if (guards.findIndex((guard) => ENFORCES_ACCESS in guard) > own) {
      throw new ConfigError([
        'AuditTrailModule must be imported after AuthModule, or its records do not know who calls',
      ]);
    }
    const fastify = this.adapter.httpAdapter.getInstance<FastifyInstance>();
    if (this.trail === undefined) return;
    fastify.addHook('onRequest', recordAnswers(this.trail));
    subscribe(sessionEndings.name, this.onSessionEnded);
  }

  /** Writes what is still to be written, and tells the log where the trail ends: see `verifyTrail`. */
  async onApplicationShutdown(): Promise<void> {
    unsubscribe(sessionEndings.name, this.onSessionEnded);
    const last = await this.trail?.close();
    if (last !== undefined) log.log(`the audit trail ends with record ${last.seq}, hash ${last.hash}`);
  }
}

async function openTrail({ name }: AuditTrailModuleOptions): Promise<AuditTrail | undefined> {
  const { AUDIT_TRAIL: path } = loadConfig({ AUDIT_TRAIL: z.string().optional() });
  if (path === undefined) {
    log.warn('AUDIT_TRAIL is not set: nobody will know who changed what');
    return undefined;
  }
  const file = new AuditFile(path);
  try {
    await file.open();
  } catch (error) {
    throw new ConfigError([`AUDIT_TRAIL: ${path} cannot be written: ${(error as Error).message}`]);
  }
  log.log(`the audit trail goes on after record ${file.lastRecord!.seq} with hash ${file.lastRecord!.hash}`);
  return new AuditTrail(file, { name, clock: systemClock, onChange: tell });
}

function tell(failure?: unknown): void {
  if (failure === undefined) log.log('the audit trail is written again');
  else log.error(`the audit trail cannot be written, unsafe calls are refused: ${String(failure)}`);
}
