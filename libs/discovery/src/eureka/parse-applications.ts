import type { RegistryAnswer } from '../registry-client.ts';

/** One instance as the registry describes it; addresses and ports are not checked yet. */
export interface EurekaInstance {
  /** Upper case, as the server keeps it. */
  readonly app: string;
  /** Unique within the application; the host name when the instance gave none. */
  readonly id: string;
  readonly hostName: string;
  readonly ipAddr: string;
  /** UP, DOWN, STARTING, OUT_OF_SERVICE or UNKNOWN, an operator's override included. */
  readonly status: string;
  /** In a delta; its status says nothing then. */
  readonly deleted: boolean;
  /** 0 when it is not enabled. */
  readonly port: number;
  /** For TLS; 0 when it is not enabled, as nearly always. */
  readonly securePort: number;
  readonly metadata: Readonly<Record<string, string>>;
}

/** An answer to `/apps` or `/apps/delta`. */
export interface Applications {
  /** `apps__hashcode`: of the whole registry, also in a delta. See `appHash`. */
  readonly hash: string;
  /** In the order of the answer; in a delta the later one counts. */
  readonly instances: readonly EurekaInstance[];
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads by hand: this runs beside requests, a registry has thousands of instances, and a schema took twenty times as long (1.7 s
 * for 16000). What is odd in one instance is left to the list's checks, since the hash counts that instance too.
 *
 * @throws Error saying what is wrong with an answer that is not a registry in JSON
 */
export function parseApplications({ status, body }: RegistryAnswer): Applications {
  if (status !== 200) throw new Error(`status ${status}`);
  const form = typeof body === 'string' ? formOf(body) : undefined;
  if (form !== undefined) throw new Error(`it answers ${form}, not in the JSON that was asked for`);
  const { apps__hashcode: hash, application } = objectOf(objectOf(body).applications);
  if (typeof hash !== 'string') throw new Error('it answers with no registry: there is no apps__hashcode');
  return { hash, instances: listOf(application).flatMap((one) => instancesOf(objectOf(one))) };
}

/** A page in HTML comes from something else than a registry: a proxy, a login, another path. */
function formOf(body: string): string | undefined {
  const start = body.trimStart().slice(0, 100);
  if (/^<(?:!doctype html|html|head|body)\b/i.test(start)) return 'with a page in HTML';
  return start.startsWith('<') ? 'in XML' : undefined;
}

function instancesOf({ name, instance }: Json): EurekaInstance[] {
  if (typeof name !== 'string') throw new Error('it answers with no registry: an application has no name');
  const app = name.toUpperCase();
  return listOf(instance).map((one) => instanceOf(app, objectOf(one)));
}

function instanceOf(app: string, json: Json): EurekaInstance {
  const hostName = textOf(json.hostName);
  return {
    app,
    id: textOf(json.instanceId) || hostName,
    hostName,
    ipAddr: textOf(json.ipAddr),
    status: textOf(json.status) || 'UNKNOWN',
    deleted: json.actionType === 'DELETED',
    port: portOf(objectOf(json.port)),
    securePort: portOf(objectOf(json.securePort)),
    metadata: metadataOf(objectOf(json.metadata)),
  };
}

/** Servers of the 1.x line write true as well as `"true"`, and numbers as text. */
function portOf({ $: port, '@enabled': enabled }: Json): number {
  return enabled === true || enabled === 'true' ? Number(port) : 0;
}

/** Keys that begin with `@` are the server's: `{"@class": "java.util.Collections$EmptyMap"}` is empty. */
function metadataOf(json: Json): Readonly<Record<string, string>> {
  const own = Object.entries(json).filter(([key, value]) => !key.startsWith('@') && typeof value !== 'object');
  return Object.fromEntries(own.map(([key, value]) => [key, String(value)]));
}

/** Servers of the 1.x line write a single element as an object, and none by leaving the key out. */
function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined ? [] : [value];
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
