import { readFileSync } from 'node:fs';
import type { Upstreams } from '@portico/upstream';

/** Descriptors for everything but connections of clients and to upstreams: files, the log, registries, look-ups, the runtime itself. */
const MARGIN = 100;

/** How many files and sockets this process may have open (soft `nofile`); undefined where that is not known. */
function openFilesLimit(): number | undefined {
  try {
    const found = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'));
    return found ? Number(found[1]) : undefined;
  } catch {
    return undefined;
  }
}

/** How many it may need: all clients that it accepts, and all connections to the instances that are known now, at least one for each upstream. */
function openFilesNeeded(maxConnections: number, upstreams: Upstreams | undefined): number {
  let needed = maxConnections + MARGIN;
  for (const { name, instances } of upstreams?.health() ?? []) {
    needed += Math.max(1, instances.length) * upstreams!.settings(name).connections;
  }
  return needed;
}

/** What to say at the start when the limit is too low for what may be needed; undefined when it is not. */
export function openFilesWarning(maxConnections: number, upstreams: Upstreams | undefined): string | undefined {
  const limit = openFilesLimit();
  const needed = openFilesNeeded(maxConnections, upstreams);
  if (limit === undefined || limit >= needed) return undefined;
  return (
    `this process may have ${limit} files and sockets open (nofile), and may need ${needed}: ` +
    'MAX_CONNECTIONS and the connections of all instances. Raise the limit, or lower them'
  );
}
