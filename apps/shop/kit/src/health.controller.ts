import { Controller, Optional } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { z } from 'zod';
import { Database } from './database.ts';
import { Endpoint } from './endpoint.ts';
import { openApiDocument } from './openapi.ts';
import { Problem } from './problem.ts';
import { ServiceSettings } from './settings.ts';

const liveSchema = z.object({ status: z.literal('up') });
const readySchema = z.object({ status: z.literal('up'), checks: z.record(z.string(), z.literal('up')) });

/** The endpoints every service has: is it alive, can it do its work, and what does it serve. */
@Controller()
export class HealthController {
  constructor(
    private readonly settings: ServiceSettings,
    private readonly modules: ModulesContainer,
    @Optional() private readonly database?: Database,
  ) {}

  @Endpoint({ method: 'GET', path: '/health/live', summary: 'Is the process alive?', answer: liveSchema })
  live(): z.output<typeof liveSchema> {
    return { status: 'up' };
  }

  @Endpoint({
    method: 'GET',
    path: '/health/ready',
    summary: 'Can the service do its work?',
    answer: readySchema,
    problems: [503],
  })
  async ready(): Promise<z.output<typeof readySchema>> {
    if (!this.database) return { status: 'up', checks: {} };
    try {
      await this.database.first('SELECT 1');
      return { status: 'up', checks: { database: 'up' } };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Problem(503, 'The service is not ready.', [{ field: 'database', message }]);
    }
  }

  @Endpoint({
    method: 'GET',
    path: '/openapi.json',
    summary: 'This document',
    answer: z.record(z.string(), z.unknown()),
    cacheControl: 'public, max-age=60',
  })
  document(): Record<string, unknown> {
    const wrappers = [...this.modules.values()].flatMap((module) => [...module.controllers.values()]);
    return openApiDocument(
      this.settings.name,
      wrappers.map(({ instance }) => instance as object),
    );
  }
}
