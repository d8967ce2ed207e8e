import { inSlices } from '@portico/core';
import { z } from 'zod';
import type { Candidate } from '../instance.ts';

const checks = z.array(z.object({ CheckID: z.string().default(''), Status: z.string() })).nullish();
const meta = z.record(z.string(), z.string()).nullish();

/** What is used of an entry of `/v1/health/service/<name>`. Go writes empty lists and maps as `null`. */
const entry = z.object({
  Node: z.object({ Node: z.string(), Address: z.string().default(''), Meta: meta }),
  Service: z.object({
    ID: z.string(),
    Address: z.string().default(''),
    Port: z.number(),
    Tags: z.array(z.string()).nullish(),
    Meta: meta,
    Weights: z.object({ Passing: z.number(), Warning: z.number() }).default({ Passing: 1, Warning: 1 }),
    Locality: z.object({ Zone: z.string().optional() }).nullish(),
  }),
  Checks: checks,
});

type Entry = z.output<typeof entry>;

const answer = z.array(z.unknown());

/**
 * The instances of an answer of `/v1/health/service/<name>` (https://developer.hashicorp.com/consul/api-docs/health), all of
 * them, whatever their health:
 *
 * - healthy: every check of the service and of its node passes or warns; a critical one makes it unhealthy
 * - withdrawn: the service or its node is in maintenance, which Consul keeps as a critical check with an id of its own
 * - weight: `Service.Weights.Warning` when one warns, otherwise `.Passing`
 * - address: `Service.Address`, where that is empty `Node.Address`
 * - zone: `Service.Locality.Zone` (Consul 1.17), else `zone` of the service's meta data, else `zone` of the node's
 * - id: node, service id and address, because a service id that comes back at another address is another process
 *
 * An answer of thousands is read in slices: a schema takes some 5 microseconds for each.
 *
 * @throws Error when it is something else; one entry that is none makes the whole answer worthless
 */
export async function parseHealth(body: unknown, protocol: 'http' | 'https'): Promise<Candidate[]> {
  const entries = answer.safeParse(body);
  if (!entries.success) throw notInstances(entries.error, []);
  const candidates: Candidate[] = [];
  let index = 0;
  let failure: Error | undefined;
  const read = (one: unknown): void => {
    const at = index++;
    if (failure) return;
    const result = entry.safeParse(one);
    if (result.success) candidates.push(candidateOf(result.data, protocol));
    else failure = notInstances(result.error, [at]);
  };
  await new Promise<void>((resolve) => void inSlices(entries.data, read, resolve));
  if (failure) throw failure;
  return candidates;
}

function notInstances({ issues }: z.ZodError, place: readonly PropertyKey[]): Error {
  const { path, message } = issues[0]!;
  return new Error(`its answer is no list of instances: ${[...place, ...path].join('.') || 'body'}: ${message}`);
}

function candidateOf({ Node: node, Service: service, Checks }: Entry, protocol: 'http' | 'https'): Candidate {
  const host = service.Address || node.Address;
  const statuses = (Checks ?? []).map(({ Status }) => Status);
  return {
    id: `${node.Node}/${service.ID}/${host}:${service.Port}`,
    protocol,
    host,
    port: service.Port,
    weight: service.Weights[statuses.includes('warning') ? 'Warning' : 'Passing'],
    zone: zoneOf(node, service),
    tags: service.Tags ?? [],
    healthy: statuses.every((status) => status === 'passing' || status === 'warning'),
    withdrawn: (Checks ?? []).some(isMaintenance) ? 'maintenance' : undefined,
  };
}

/** `PUT /v1/agent/service/maintenance/<id>` and `PUT /v1/agent/maintenance`. The first ends in the id of the service. */
function isMaintenance({ CheckID: id, Status: status }: { CheckID: string; Status: string }): boolean {
  return status === 'critical' && (id === '_node_maintenance' || id.startsWith('_service_maintenance:'));
}

function zoneOf(node: Entry['Node'], { Locality, Meta }: Entry['Service']): string | undefined {
  return Locality?.Zone || Meta?.zone || node.Meta?.zone;
}
