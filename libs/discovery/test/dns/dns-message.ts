import { isIP } from 'node:net';

/** Types of records that the tests ask for (RFC 1035, 3596, 2782). */
export const TYPES = { A: 1, CNAME: 5, AAAA: 28, SRV: 33 } as const;

export type RecordType = keyof typeof TYPES;

/** A record of an answer. */
export interface DnsRecord {
  readonly type: RecordType;
  /** Default the name that was asked for. */
  readonly name?: string;
  /** Seconds. */
  readonly ttl: number;
  readonly data: Buffer;
}

/** What a server is asked. */
export interface Question {
  readonly id: number;
  /** In lower case. */
  readonly name: string;
  readonly type: RecordType | undefined;
  /** The question as it came, to be repeated in the answer. */
  readonly bytes: Buffer;
}

/** What a server says. */
export interface Answer {
  readonly records?: readonly DnsRecord[];
  /** Default 0: no error. 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED. */
  readonly code?: number;
  /** Whether the answer says that it was cut to fit. */
  readonly isTruncated?: boolean;
}

/** Record of an address, A or AAAA by its form. */
export function address(ip: string, ttl = 60): DnsRecord {
  if (isIP(ip) === 4) return { type: 'A', ttl, data: Buffer.from(ip.split('.').map(Number)) };
  const [head, tail = ''] = ip.split('::').map((half) => half.split(':').filter(Boolean));
  const missing = Array<string>(8 - head!.length - tail.length).fill('0');
  const groups = [...head!, ...missing, ...tail].map((group) => Number.parseInt(group, 16));
  return { type: 'AAAA', ttl, data: Buffer.from(groups.flatMap((group) => [group >> 8, group & 255])) };
}

/** Record of a service's place. */
export function srv(target: string, port: number, { priority = 10, weight = 1, ttl = 60 } = {}): DnsRecord {
  const data = Buffer.concat([numbers(priority, weight, port), encodeName(target)]);
  return { type: 'SRV', ttl, data };
}

/** Record of an alias. */
export function cname(target: string, ttl = 60): DnsRecord {
  return { type: 'CNAME', ttl, data: encodeName(target) };
}

export function parseQuestion(message: Buffer): Question {
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at]!; length > 0; length = message[at]!) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  const code = message.readUInt16BE(at + 1);
  const type = Object.entries(TYPES).find(([, number]) => number === code)?.[0] as RecordType | undefined;
  const name = labels.join('.').toLowerCase();
  return { id: message.readUInt16BE(0), name, type, bytes: message.subarray(12, at + 5) };
}

export function encodeAnswer(question: Question, { records = [], code = 0, isTruncated = false }: Answer): Buffer {
  // An answer, recursion desired and available.
  const flags = 0x8180 | code | (isTruncated ? 0x0200 : 0);
  const head = numbers(question.id, flags, 1, records.length, 0, 0);
  return Buffer.concat([head, question.bytes, ...records.map((record) => encodeRecord(record, question.name))]);
}

function encodeRecord({ type, name, ttl, data }: DnsRecord, asked: string): Buffer {
  const life = Buffer.alloc(4);
  life.writeUInt32BE(ttl);
  return Buffer.concat([encodeName(name ?? asked), numbers(TYPES[type], 1), life, numbers(data.length), data]);
}

function encodeName(name: string): Buffer {
  const labels = name.split('.').filter(Boolean);
  return Buffer.concat([
    ...labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
    Buffer.from([0]),
  ]);
}

/** 16 bits each. */
function numbers(...values: readonly number[]): Buffer {
  return Buffer.from(values.flatMap((value) => [value >> 8, value & 255]));
}
