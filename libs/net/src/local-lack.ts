import { channel } from 'node:diagnostics_channel';
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';

/** A lack of this machine, and not of the other end of a connection, as the system names it. */
export type LackCode = 'EMFILE' | 'ENFILE' | 'EADDRNOTAVAIL' | 'ENOBUFS' | 'ENOMEM';

/** Message of `portico.net.lack`: something could not be done for want of something of this machine. */
export interface LackEvent {
  readonly code: LackCode;
  /** The action that failed: `connect to upstream catalog`. */
  readonly what: string;
}

const LACKS: ReadonlySet<unknown> = new Set<LackCode>(['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS', 'ENOMEM']);

const lacks = channel('portico.net.lack');

/**
 * Whether a failure is the machine's own: no descriptors, ports or memory for a socket (connect(2), socket(2)). Of a host with several addresses
 * all of them must have failed so. A look-up that failed counts while the process cannot open anything: resolvers call that
 * `EAI_AGAIN` or `ECONNREFUSED`, as if no name server answered.
 *
 * @returns the system's name of what is lacking; undefined when the other end is to blame
 */
export function lackOf(error: unknown): LackCode | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, syscall, cause, errors } = error as NodeJS.ErrnoException & { errors?: unknown };
  if (LACKS.has(code)) return code as LackCode;
  if (Array.isArray(errors) && errors.length > 0) {
    const found = errors.map(lackOf);
    return found.every((one) => one !== undefined) ? found[0] : undefined;
  }
  if (isLookup(syscall)) return descriptorLack();
  return lackOf(cause);
}

/** Tells whoever writes the log of a lack. */
export function tellLack(code: LackCode, what: string): void {
  if (lacks.hasSubscribers) lacks.publish({ code, what } satisfies LackEvent);
}

/** `getaddrinfo` of the system's resolver, `queryA` and the like of c-ares. */
function isLookup(syscall: unknown): boolean {
  return typeof syscall === 'string' && /^(?:getaddrinfo|query)/.test(syscall);
}

function descriptorLack(): LackCode | undefined {
  try {
    closeSync(openSync(devNull, 'r'));
    return undefined;
  } catch (error) {
    return lackOf(error);
  }
}
