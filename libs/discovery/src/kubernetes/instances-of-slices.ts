import type { Candidate } from '../instance.ts';
import type { KubernetesAddress } from './kubernetes-address.ts';
import type { Endpoint, Slice, SlicePort } from './slice.ts';

/** An endpoint with the port that was asked for. */
interface Target {
  readonly endpoint: Endpoint;
  readonly port: number;
}

/**
 * Who serves, by the rules of kube-proxy: the endpoints that are ready, and when there is none left those that end but still
 * serve. All others are withdrawn: kube-proxy sends them nothing either, also when they are all. `hints` are not looked at: the balancer has its own rule for zones.
 *
 * @throws Error when there are endpoints but no slice has the port, or one has several and the address names none
 */
export function instancesOfSlices(slices: readonly Slice[], address: KubernetesAddress): Candidate[] {
  const targets = targetsOf(slices, address.port);
  const ready = targets.filter(({ endpoint }) => endpoint.conditions?.ready ?? true);
  const used = ready.length > 0 ? ready : targets.filter(({ endpoint }) => servesToTheEnd(endpoint));
  const serving = new Set(used);
  const candidates = new Map<string, Candidate>();
  // An endpoint may stand in two slices for a while, in one of them as it was before: whoever serves in one serves.
  for (const target of [...used, ...targets.filter((target) => !serving.has(target))]) {
    const candidate = candidateOf(target, address);
    const key = `${target.endpoint.targetRef?.uid ?? candidate.host}:${candidate.port}`;
    if (candidates.has(key)) continue;
    candidates.set(key, serving.has(target) ? candidate : { ...candidate, withdrawn: whyNot(target.endpoint) });
  }
  return [...candidates.values()];
}

/** IPv4 before IPv6, so that a pod that has both counts once, with its IPv4 address. */
function targetsOf(slices: readonly Slice[], wanted: string | undefined): Target[] {
  const ofType = (type: string): Slice[] => slices.filter(({ addressType }) => addressType === type);
  const targets: Target[] = [];
  let problem: string | undefined;
  for (const { ports, endpoints } of [...ofType('IPv4'), ...ofType('IPv6')]) {
    const port = choosePort(ports, wanted);
    if (typeof port === 'number') targets.push(...endpoints.map((endpoint) => ({ endpoint, port })));
    else if (endpoints.length > 0) problem = port;
  }
  if (targets.length === 0 && problem !== undefined) throw new Error(problem);
  return targets;
}

/** The port's number, or why there is none. */
function choosePort(ports: readonly SlicePort[], wanted: string | undefined): number | string {
  const usable = ports.filter(({ protocol, port }) => (protocol ?? 'TCP') === 'TCP' && typeof port === 'number');
  const fitting = usable.filter(({ name, port }) => wanted === undefined || wanted === name || wanted === `${port}`);
  const [first] = fitting;
  if (first && fitting.every(({ port }) => port === first.port)) return first.port!;
  const list = usable.map(({ name, port }) => `${name || 'unnamed'} ${port}`).join(', ') || 'none';
  return wanted === undefined
    ? `the address must name one of the service's TCP ports (they are: ${list})`
    : `the service has no TCP port ${wanted} (they are: ${list})`;
}

function servesToTheEnd({ conditions }: Endpoint): boolean {
  return conditions?.terminating === true && (conditions.serving ?? true);
}

function whyNot({ conditions }: Endpoint): string {
  return conditions?.terminating === true ? 'terminating' : 'not ready';
}

/** Only the first of the addresses counts (EndpointSlice API). */
function candidateOf({ endpoint, port }: Target, { service, namespace, protocol }: KubernetesAddress): Candidate {
  const serverName = `${service}.${namespace}.svc`;
  return { host: endpoint.addresses[0] ?? '', port, protocol, serverName, zone: endpoint.zone ?? undefined };
}
