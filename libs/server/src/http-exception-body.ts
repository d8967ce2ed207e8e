import type { BffErrorOptions } from '@portico/core';

/** Most entries of `errors` in one problem. */
const MOST_ENTRIES = 200;

/** How deep the errors of a validator may be nested. */
const MOST_DEPTH = 20;

/** Members of a problem that are the server's own. `code`, `title` and `type` are left to whoever wrote the exception. */
const OWN_MEMBERS: ReadonlySet<string> = new Set(['status', 'instance', 'requestId', 'traceId', 'login', 'part']);

/** What Nest puts into the body of an exception, which a problem says in its own way. */
const NEST_MEMBERS: ReadonlySet<string> = new Set(['message', 'statusCode', 'error']);

/** Further members of a problem (RFC 9457 3.2), as JSON can write them. */
export type ProblemMembers = Readonly<Record<string, unknown>>;

type Entry = NonNullable<BffErrorOptions['fields']>[number];

/** The body of an `HttpException` in the words of a problem. */
export interface Said {
  readonly detail?: string;
  readonly fields?: readonly Entry[];
  readonly members: ProblemMembers;
  /** Why something that it says is left out. */
  readonly cause?: unknown;
}

/**
 * Reads the body of an `HttpException`: a text, a list of messages or of errors of class-validator (`ValidationPipe`), or an object with
 * either as its `message` and members of its own. An `Error` in its place is for the log.
 */
export function saidBy(body: unknown): Said {
  if (typeof body !== 'object' || body === null) return { ...messageSaid(body), members: {} };
  if (body instanceof Error) return { members: {} };
  if (Array.isArray(body)) return { ...messageSaid(body), members: {} };
  const { message } = body as { readonly message?: unknown };
  const said = messageSaid(message);
  // A value that is no message is kept as it is.
  const left = said === undefined ? NONE : NEST_MEMBERS;
  const own = Object.entries(body).filter(([name]) => !OWN_MEMBERS.has(name) && !left.has(name));
  return { ...said, ...membersOf(own) };
}

const NONE: ReadonlySet<string> = new Set(['statusCode', 'error']);

function messageSaid(message: unknown): Pick<Said, 'detail' | 'fields'> | undefined {
  if (typeof message === 'string') return message === '' ? {} : { detail: message };
  if (typeof message === 'number') return { detail: String(message) };
  if (message === undefined || message === null) return {};
  const entries = entriesOf(message);
  if (entries === undefined || entries.length === 0) return undefined;
  return { detail: entries.map((entry) => entry.message).join('; '), fields: entries };
}

/** Messages in a list, by the names of fields, or of errors of class-validator; undefined when it is something else. */
function entriesOf(message: unknown): readonly Entry[] | undefined {
  const entries = Array.isArray(message) ? listed(message) : grouped(message as object);
  if (entries === undefined || entries.length <= MOST_ENTRIES) return entries;
  const rest = entries.length - MOST_ENTRIES;
  return [...entries.slice(0, MOST_ENTRIES), { message: `and ${rest} more` }];
}

function listed(messages: readonly unknown[]): Entry[] | undefined {
  const entries: Entry[] = [];
  for (const message of messages) {
    if (typeof message === 'string') entries.push({ message });
    else if (isValidationError(message)) addErrors(message, [], entries);
    else return undefined;
  }
  return entries;
}

function grouped(message: object): Entry[] | undefined {
  const entries: Entry[] = [];
  for (const [field, texts] of Object.entries(message)) {
    if (!Array.isArray(texts) || !texts.every((text) => typeof text === 'string')) return undefined;
    for (const text of texts as string[]) entries.push({ field, message: text });
  }
  return entries;
}

/** An error of class-validator. What it holds of the input (`target`, `value`) is not shown. */
interface ValidationError {
  readonly property: string;
  readonly constraints?: Readonly<Record<string, string>>;
  readonly children?: readonly unknown[];
}

function isValidationError(value: unknown): value is ValidationError {
  const { property, constraints, children } = (value ?? {}) as Partial<ValidationError>;
  return typeof property === 'string' && (typeof constraints === 'object' || Array.isArray(children));
}

/** @param above names of the fields that the error is in */
function addErrors(
  { property, constraints, children }: ValidationError,
  above: readonly string[],
  entries: Entry[],
): void {
  const path = [...above, property];
  if (path.length > MOST_DEPTH) return;
  for (const message of Object.values(constraints ?? {})) {
    if (typeof message === 'string') entries.push({ field: path.join('.'), message });
  }
  if (!Array.isArray(children)) return;
  for (const child of children) if (isValidationError(child)) addErrors(child, path, entries);
}

/** A copy that JSON can write, without errors, whose texts may say what is nobody's business (an axios error has its request's headers). */
function membersOf(own: readonly (readonly [string, unknown])[]): Pick<Said, 'members' | 'cause'> {
  function withoutErrors(this: unknown, name: string, value: unknown): unknown {
    return (this as Record<string, unknown>)[name] instanceof Error ? undefined : value;
  }
  try {
    return { members: JSON.parse(JSON.stringify(Object.fromEntries(own), withoutErrors)) as ProblemMembers };
  } catch (error) {
    return {
      members: {},
      cause: new TypeError('the body of the exception cannot be written as JSON', { cause: error }),
    };
  }
}
