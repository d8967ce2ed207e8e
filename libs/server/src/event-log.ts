import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type Clock, describeCause, moreLikeIt, RateLimitedLog, systemClock } from '@portico/core';
import type { Instance, ListEvent, PeerEvent, RefusedEvent, RegistrationEvent, StatusEvent } from '@portico/discovery';
import type { RedisStatusEvent } from '@portico/redis';
import type { BreakerEvent, FallbackEvent, InstanceEvent, TrafficEvent } from '@portico/upstream';
import type { Logger } from 'pino';
import { acceptLog, dropLog } from './connection-log.ts';
import { lackLog } from './lack-log.ts';
import { partLog } from './part-log.ts';
import { SteadyLog } from './steady-log.ts';

/** Refusals that are written down, each once, until the period is over: neither a registry that repeats itself nor a hostile one fills a log. */
const MAX_REFUSALS = 1_000;
/** Milliseconds. */
const PERIOD = 3_600_000;

/**
 * Writes down what happens to upstreams: who joins and leaves, which instance is left out, which breaker opens, which
 * registry is away, whether this process is in one; whether Redis is there; what this machine lacks; that clients were sent away or not accepted; which part of a page failed; and which failures of
 * upstreams clients do not see, because something else took their place. What else happens at every request is for metrics and not here.
 *
 * @param clock by which refusals are written anew every hour, and failing parts and fallbacks every ten seconds
 * @returns ends it
 */
export function logEvents(log: Logger, clock: Clock = systemClock): () => void {
  const steady = new SteadyLog(clock);
  const limited = new RateLimitedLog(clock);
  const listeners: readonly (readonly [channel: string, listener: (event: never) => void])[] = [
    ['portico.aggregation.part-failed', partLog(log, limited)],
    ['portico.net.lack', lackLog(log, limited)],
    ['portico.server.connection-dropped', dropLog(log, limited)],
    ['portico.server.accept-failed', acceptLog(log, limited)],
    ['portico.discovery.list', listLog(log)],
    ['portico.discovery.refused', refusalLog(log, clock)],
    ['portico.discovery.status', (event: StatusEvent) => log[event.failure ? 'warn' : 'info'](ofStatus(event))],
    [
      'portico.discovery.registration',
      (event: RegistrationEvent) => log[event.failure ? 'warn' : 'info'](ofEntry(event)),
    ],
    ['portico.redis.status', (event: RedisStatusEvent) => log[event.reason ? 'warn' : 'info'](ofRedis(event))],
    ['portico.discovery.peer', peerLog(log)],
    ['portico.upstream.instance', instanceLog(log, steady)],
    ['portico.upstream.traffic', trafficLog(log, steady)],
    ['portico.upstream.breaker', breakerLog(log, steady)],
    ['portico.upstream.fallback', fallbackLog(log, limited)],
  ];
  for (const [channel, listener] of listeners) subscribe(channel, listener as (event: unknown) => void);
  return () => {
    steady.close();
    for (const [channel, listener] of listeners) unsubscribe(channel, listener as (event: unknown) => void);
    limited.flush();
  };
}

function ofRedis({ address, connection, state, reason }: RedisStatusEvent): string {
  return `Redis ${address} (${connection}): ${state}${reason === undefined ? '' : `, ${reason}`}`;
}

function refusalLog(log: Logger, clock: Clock): (event: RefusedEvent) => void {
  const written = new Set<string>();
  let since = clock.now();
  return (event) => {
    if (clock.now() - since >= PERIOD) {
      written.clear();
      since = clock.now();
    }
    if (written.size > MAX_REFUSALS) return;
    const line = ofRefused(event);
    if (written.has(line)) return;
    written.add(line);
    const isTooMany = written.size > MAX_REFUSALS;
    log.warn(
      isTooMany ? `more than ${MAX_REFUSALS} instances were refused; the next ones are not logged for an hour` : line,
    );
  };
}

/** A list of which only weights, zones or tags changed is no news; one without instances is most often a misspelt name. */
function listLog(log: Logger): (event: ListEvent) => void {
  return (event) => {
    if (event.instances.length === 0) log.warn(ofList(event));
    else if (event.added.length + event.removed.length + event.moved.length > 0) log.info(ofList(event));
  };
}

function ofList({ upstream, kind, instances, added, removed, moved }: ListEvent): string {
  const changes = [
    ...added.map((one) => `+ ${nameOf(one)}`),
    ...removed.map((one) => `- ${nameOf(one)}`),
    ...moved.map(({ before, after }) => `~ ${nameOf(before)}, now ${placeOf(after)}`),
  ];
  const shown = changes.length > 10 ? [...changes.slice(0, 10), `and ${changes.length - 10} more`] : changes;
  const count = instances.length === 1 ? '1 instance' : `${instances.length} instances`;
  return `${upstream}: ${count} by ${kind} ${shown.join(', ')}`.trimEnd();
}

/** Ids of some registries hold the address, those of others say nothing of it. */
function nameOf(instance: Instance): string {
  const { id } = instance;
  return id.includes(placeOf(instance)) ? id : `${id} (${placeOf(instance)})`;
}

function placeOf({ host, port }: Instance): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function ofRefused({ upstream, kind, candidate, reason }: RefusedEvent): string {
  return `${upstream}: ${kind} names ${candidate}, which is not used: ${reason}`;
}

function ofStatus({ upstream, kind, state, failure }: StatusEvent): string {
  if (failure === undefined) return `${upstream}: ${kind} answers`;
  if (state === 'doubted') return `${upstream}: ${kind} is doubted: ${failure}; the last list stays in use until then`;
  const consequence = state === 'starting' ? 'there is no list yet' : 'the last list stays in use';
  return `${upstream}: ${kind} gives no list (${failure}); ${consequence}`;
}

function ofEntry({ kind, id, state, failure }: RegistrationEvent): string {
  if (failure === undefined) return `${kind}: ${state} as ${id}`;
  return `${kind}: registration as ${id} failed: ${failure}`;
}

/** Several upstreams, and the registration, ask the same peers. */
function peerLog(log: Logger): (event: PeerEvent) => void {
  const away = new Set<string>();
  return ({ kind, peer, state, failure }) => {
    if (away.has(peer) === (state === 'away')) return;
    if (state === 'back') {
      away.delete(peer);
      log.info(`${kind}: ${peer} answers again`);
    } else {
      away.add(peer);
      log.warn(`${kind}: ${peer} gives no usable answer (${failure}); another one is asked instead`);
    }
  };
}

/** Who joins and who leaves stands in the line of the list. */
function instanceLog(log: Logger, steady: SteadyLog): (event: InstanceEvent) => void {
  return (event) => {
    const { upstream, address, state } = event;
    if (state === 'joined' || state === 'gone') return;
    steady.note(`${upstream} ${address}`, state, () => log[state === 'healthy' ? 'info' : 'warn'](ofInstance(event)));
  };
}

/** Nobody knows yet whether an instance that is let in again is well. */
function ofInstance({ upstream, address, state, reason }: InstanceEvent): string {
  const what = state === 'healthy' ? 'gets calls again' : `is ${state.replace('-', ' ')}`;
  return `${upstream}: ${address} ${what}: ${reason}`;
}

const TRAFFIC = {
  spare: 'calls go to instances of a later priority',
  normal: 'calls go to healthy instances only',
  panic: 'panic',
  none: 'no instance may get calls',
};

function trafficLog(log: Logger, steady: SteadyLog): (event: TrafficEvent) => void {
  return ({ upstream, state, reason }) => {
    const level = state === 'normal' ? 'info' : 'warn';
    steady.note(`${upstream} traffic`, state, () => log[level](`${upstream}: ${TRAFFIC[state]}: ${reason}`));
  };
}

/** One that is half-open is as good as open until its probes have decided. */
function breakerLog(log: Logger, steady: SteadyLog): (event: BreakerEvent) => void {
  return ({ upstream, from, to, reason }) => {
    if (to === 'half-open') return;
    const level = to === 'open' ? 'warn' : 'info';
    steady.note(`${upstream} breaker`, to, () => log[level](`${upstream}: breaker ${from} -> ${to}: ${reason}`));
  };
}

function fallbackLog(log: Logger, limited: RateLimitedLog): (event: FallbackEvent) => void {
  return ({ upstream, source, instead, failure, requestId }) => {
    const given = source === 'last-good' ? 'its last good answer' : 'the answer written down';
    const text = `${upstream}: ${given} took the place of ${instead}`;
    limited.add(text, (more) => {
      const cause = describeCause(failure);
      const fields = { requestId, upstream, failure: failure?.code, cause, more: more || undefined };
      log.warn(fields, `${text}${cause ? `: ${cause}` : ''}${moreLikeIt(more)}`);
    });
  };
}
