import type { ServerResponse } from 'node:http';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Behaviour, type FakeUpstream, type RecordedRequest, reply, startFakeUpstream } from '@portico/testing';

/** An entry of the agent's answer, of which tests change a few fields. */
export interface HealthEntry {
  readonly Node: { Address: string; Meta: Record<string, string> | null };
  readonly Service: Record<string, unknown> & { ID: string; Service: string };
  readonly Checks: { Status: string }[];
}

/** Recorded from Consul 1.14.11 (`/v1/health/service/cart`): passing, warning without an address, critical on IPv6, in maintenance. */
export function recordedHealth(): [HealthEntry, HealthEntry, HealthEntry, HealthEntry] {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'health-service.json'), 'utf8'));
}

/** A fake agent: answers `/v1/health/service/...` as the real one was seen to, blocking queries included. */
export interface FakeConsul {
  readonly url: string;
  readonly requests: readonly RecordedRequest[];
  /** Requests for instances so far. */
  readonly queries: readonly RecordedRequest[];
  /** `index` of each query so far; undefined: it did not block. */
  readonly indexes: readonly (string | undefined)[];
  /** Blocking queries that wait for a change now. */
  readonly held: number;
  /** Changes the instances, which answers what waits. @param index default one more than before */
  set(entries: readonly HealthEntry[], index?: number): void;
  /** Answers every query with this instead, those that wait now too; undefined: as before. */
  answerWith(behaviour: Behaviour | undefined): void;
  close(): Promise<void>;
}

/** Starts one with the recorded instances and index 12. */
export async function startFakeConsul(): Promise<FakeConsul> {
  const consul = new Consul();
  const upstream = await startFakeUpstream((request, response) => consul.answer(request, response));
  consul.upstream = upstream;
  return consul;
}

class Consul implements FakeConsul {
  upstream: FakeUpstream | undefined;
  private entries: readonly HealthEntry[] = recordedHealth();
  private index = 12;
  private override: Behaviour | undefined;
  private readonly waiting = new Map<ServerResponse, RecordedRequest>();

  get url(): string {
    return this.upstream!.url;
  }

  get requests(): readonly RecordedRequest[] {
    return this.upstream!.requests;
  }

  get queries(): readonly RecordedRequest[] {
    return this.requests.filter(({ url }) => url.startsWith('/v1/health/service/'));
  }

  get indexes(): readonly (string | undefined)[] {
    return this.queries.map(({ url }) => parameter(url, 'index'));
  }

  get held(): number {
    return this.waiting.size;
  }

  set(entries: readonly HealthEntry[], index = this.index + 1): void {
    this.entries = entries;
    this.index = index;
    this.answerWaiting();
  }

  answerWith(behaviour: Behaviour | undefined): void {
    this.override = behaviour;
    this.answerWaiting();
  }

  answer(request: RecordedRequest, response: ServerResponse): void | Promise<void> {
    if (this.override) return this.override(request, response);
    const index = Number(parameter(request.url, 'index') ?? 0);
    // As seen: an index that is not below the agent's waits, also one that is far above.
    if (index === 0 || index < this.index) return this.send(request, response);
    this.waiting.set(response, request);
    response.on('close', () => this.waiting.delete(response));
    return undefined;
  }

  async close(): Promise<void> {
    await this.upstream!.close();
  }

  private answerWaiting(): void {
    for (const [response, request] of [...this.waiting]) {
      this.waiting.delete(response);
      if (this.override) void this.override(request, response);
      else void this.send(request, response);
    }
  }

  private send(request: RecordedRequest, response: ServerResponse): void | Promise<void> {
    const headers = { 'X-Consul-Index': String(this.index), 'X-Consul-Knownleader': 'false' };
    return reply({ headers, json: this.entries })(request, response);
  }
}

function parameter(url: string, name: string): string | undefined {
  return new URL(url, 'http://consul').searchParams.get(name) ?? undefined;
}
