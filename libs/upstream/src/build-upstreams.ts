import { ConfigError, systemClock } from '@portico/core';
import { PageAdmission, type PageNeed } from './admission/page-admission.ts';
import { openUpstream, type OpenOptions, type OpenUpstream } from './open-upstream.ts';
import type { Send } from './send.ts';
import type { UpstreamSettings } from './settings.ts';
import type { Upstream } from './upstream.ts';
import { healthOf, type UpstreamHealth } from './upstream-health.ts';

/** The upstreams of a running BFF. */
export interface Upstreams {
  /** Names in the order of `upstreams.ts`. */
  readonly names: readonly string[];
  /** The pipeline of an upstream; boot checks the names, so an unknown one is a mistake in the wiring and throws. */
  send(name: string): Send;
  /** Lets pages in that need so much of each of these upstreams; made once at boot. Unknown names are a mistake in the wiring and throw. */
  admission(needs: readonly PageNeed[]): PageAdmission;
  /** What an upstream runs with. */
  settings(name: string): UpstreamSettings;
  /** Origins (RFC 6454) that the instances of an upstream are found at today, by address and by name. */
  origins(name: string): ReadonlySet<string>;
  /** Names of those whose source has not answered yet, or whose first instances are not open to calls yet. */
  unanswered(): readonly string[];
  /** How each of them is at the moment. */
  health(): readonly UpstreamHealth[];
  /** Begins to ask for instances and to probe them. Without it only instances written down are known. */
  start(): void;
  /** Asks no more, and closes all connections once their calls have ended. */
  close(): Promise<void>;
}

/** The upstreams of a running BFF among Nest's providers. */
export const UPSTREAMS = Symbol('portico.upstreams');

/**
 * Builds the outbound pipeline of every upstream.
 *
 * @param definitions what `upstreams.ts` lists
 * @param environment where variables are looked up; default `process.env`
 * @param means what tests replace: time and chance
 * @throws ConfigError listing everything that is wrong with any of them
 */
export function buildUpstreams(
  definitions: readonly Upstream[],
  environment?: Readonly<Record<string, string | undefined>>,
  means: Partial<Omit<OpenOptions, 'environment'>> = {},
): Upstreams {
  const options = { environment, clock: systemClock, random: Math.random, ...means };
  const built = openAll(definitions, options);
  const find = (name: string): OpenUpstream => {
    const found = built.get(name);
    if (!found) throw new TypeError(`no upstream is named "${name}"`);
    return found;
  };
  const names = [...built.keys()];
  return {
    names,
    send: (name) => find(name).send,
    admission: (needs) =>
      new PageAdmission(needs.map(({ upstream, ...need }) => ({ ...need, slots: find(upstream).slots }))),
    settings: (name) => find(name).settings,
    origins: (name) => find(name).instances.origins,
    unanswered: () => names.filter((name) => find(name).instances.isStarting),
    health: () => [...built.values()].map(({ instances }) => healthOf(instances, options.clock.now())),
    start: () => {
      for (const upstream of built.values()) upstream.start();
    },
    close: async () => {
      await Promise.all([...built.values()].map((upstream) => upstream.close()));
    },
  };
}

function openAll(definitions: readonly Upstream[], options: OpenOptions): Map<string, OpenUpstream> {
  const problems = sharedCookies(definitions);
  const built = new Map<string, OpenUpstream>();
  const names = new Set<string>();
  for (const definition of definitions) {
    if (names.has(definition.name)) problems.push(`upstream ${definition.name}: is defined twice, rename one`);
    names.add(definition.name);
    try {
      built.set(definition.name, openUpstream(definition, options));
    } catch (error) {
      problems.push(...ConfigError.problemsOf(error));
    }
  }
  if (problems.length > 0) throw new ConfigError([...new Set(problems)]);
  return built;
}

/** Two upstreams that keep clients by the same cookie would overwrite each other's. */
function sharedCookies(definitions: readonly Upstream[]): string[] {
  const owners = new Map<string, string>();
  return definitions.flatMap(({ name, options }) => {
    const cookie = options.balance?.cookie;
    const owner = cookie === undefined ? undefined : owners.get(cookie);
    if (cookie !== undefined && owner === undefined) owners.set(cookie, name);
    return owner === undefined || owner === name
      ? []
      : [`upstream ${name}: balance: cookie: "${cookie}" is that of upstream ${owner}, give it another name`];
  });
}
