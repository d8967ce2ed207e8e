import { ConfigError } from '@portico/core';
import { buildSend } from './build-send.ts';
import type { Send } from './send.ts';
import { resolveSettings, type UpstreamSettings } from './settings.ts';
import { undiciTransport, type Transport } from './transport/undici-transport.ts';
import type { Upstream } from './upstream.ts';

/** The upstreams of a running BFF. */
export interface Upstreams {
  /** Names in the order of `upstreams.ts`. */
  readonly names: readonly string[];
  /** The pipeline of an upstream; boot checks the names, so an unknown one is a mistake in the wiring and throws. */
  send(name: string): Send;
  /** What an upstream runs with. */
  settings(name: string): UpstreamSettings;
  /** Closes all connections once their calls have ended. */
  close(): Promise<void>;
}

/**
 * Builds the outbound pipeline of every upstream.
 *
 * @param definitions what `upstreams.ts` lists
 * @param environment where `<NAME>_URL` is looked up; default `process.env`
 * @throws ConfigError listing everything that is wrong with any of them
 */
export function buildUpstreams(
  definitions: readonly Upstream[],
  environment?: Readonly<Record<string, string | undefined>>,
): Upstreams {
  const built = new Map<string, { settings: UpstreamSettings; transport: Transport; send: Send }>();
  for (const settings of resolveAll(definitions, environment)) {
    const transport = undiciTransport(settings);
    built.set(settings.name, { settings, transport, send: buildSend(transport.send) });
  }
  const find = (name: string) => {
    const found = built.get(name);
    if (!found) throw new TypeError(`no upstream is named "${name}"`);
    return found;
  };
  return {
    names: [...built.keys()],
    send: (name) => find(name).send,
    settings: (name) => find(name).settings,
    close: async () => {
      await Promise.all([...built.values()].map(({ transport }) => transport.close()));
    },
  };
}

function resolveAll(
  definitions: readonly Upstream[],
  environment: Readonly<Record<string, string | undefined>> | undefined,
): UpstreamSettings[] {
  const problems: string[] = [];
  const settings: UpstreamSettings[] = [];
  const names = new Set<string>();
  for (const definition of definitions) {
    if (names.has(definition.name)) problems.push(`upstream ${definition.name}: is defined twice, rename one`);
    names.add(definition.name);
    try {
      settings.push(resolveSettings(definition, environment));
    } catch (error) {
      problems.push(...ConfigError.problemsOf(error));
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return settings;
}
