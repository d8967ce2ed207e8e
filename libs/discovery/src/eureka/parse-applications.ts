import { z } from 'zod';
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

/** Servers of the 1.x line write `"true"` as well as true, and numbers as text. */
const Port = z
  .object({ $: z.coerce.number(), '@enabled': z.union([z.boolean(), z.string()]) })
  .transform((port) => (String(port['@enabled']) === 'true' ? port.$ : 0))
  .catch(0);
/** Keys that begin with `@` are the server's: `{"@class": "java.util.Collections$EmptyMap"}` is empty. */
const Metadata = z
  .record(z.string(), z.unknown())
  .transform((record) => Object.entries(record).filter(([key, value]) => !key.startsWith('@') && isScalar(value)))
  .transform((entries): Record<string, string> =>
    Object.fromEntries(entries.map(([key, value]) => [key, String(value)])),
  )
  .catch({});
const Text = z.string().catch('');
const Instance = z.object({
  instanceId: Text,
  hostName: Text,
  ipAddr: Text,
  status: z.string().catch('UNKNOWN'),
  actionType: Text,
  port: Port,
  securePort: Port,
  metadata: Metadata,
});
const Application = z.object({ name: z.string(), instance: oneOrMany(Instance) });
const Answer = z.object({
  applications: z.object({ apps__hashcode: z.string(), application: oneOrMany(Application) }),
});

/** @throws Error saying what is wrong with an answer that is not a registry in JSON */
export function parseApplications({ status, body }: RegistryAnswer): Applications {
  if (status !== 200) throw new Error(`status ${status}`);
  if (typeof body === 'string' && body.trimStart().startsWith('<')) {
    throw new Error('it answers in XML, not in the JSON that was asked for');
  }
  const answer = Answer.safeParse(body);
  if (!answer.success) {
    const { path, message } = answer.error.issues[0]!;
    throw new Error(`it answers with no registry: ${path.join('.') || 'the whole'}: ${message}`);
  }
  const { apps__hashcode: hash, application } = answer.data.applications;
  return { hash, instances: application.flatMap(({ name, instance }) => instance.map((one) => instanceOf(name, one))) };
}

function instanceOf(app: string, read: z.output<typeof Instance>): EurekaInstance {
  const { instanceId, actionType, ...rest } = read;
  return { ...rest, app: app.toUpperCase(), id: instanceId || rest.hostName, deleted: actionType === 'DELETED' };
}

/** Servers of the 1.x line write a single element as an object, and none by leaving the key out. */
function oneOrMany<S extends z.ZodType>(element: S) {
  return z.preprocess((value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]), z.array(element));
}

function isScalar(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
