import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { type Answer, encodeAnswer, parseQuestion, type Question, type RecordType } from './dns-message.ts';

/** What is said to a question; undefined: nothing, the question is lost. */
export type Zone = (type: RecordType | undefined, name: string, transport: 'udp' | 'tcp') => Answer | undefined;

/** A name server on a loopback port, over UDP and TCP. */
export interface DnsServer {
  /** For `DNS_SERVERS`. */
  readonly address: string;
  /** `type name` of each question, in order of arrival. */
  readonly questions: readonly string[];
  /** Answers by another zone from now on. */
  use(zone: Zone | Table): void;
  close(): Promise<void>;
}

/** Answers by `type name`; a name that is there under another type has no such record, any other does not exist. */
export type Table = Readonly<Record<string, Answer>>;

export async function startDnsServer(zone: Zone | Table): Promise<DnsServer> {
  const questions: string[] = [];
  let current = zoneOf(zone);
  const answer = (message: Buffer, transport: 'udp' | 'tcp'): Buffer | undefined => {
    const question: Question = parseQuestion(message);
    questions.push(`${question.type} ${question.name}`);
    const said = current(question.type, question.name, transport);
    return said && encodeAnswer(question, said);
  };
  const [udp, tcp] = await listen(answer);
  return {
    address: `127.0.0.1:${udp.address().port}`,
    questions,
    use: (next) => void (current = zoneOf(next)),
    close: async () => {
      const closed = Promise.all([once(udp, 'close'), once(tcp, 'close')]);
      udp.close();
      tcp.close();
      await closed;
    },
  };
}

function zoneOf(zone: Zone | Table): Zone {
  if (typeof zone === 'function') return zone;
  const names = new Set(Object.keys(zone).map((key) => key.split(' ')[1]));
  return (type, name) => zone[`${type} ${name}`] ?? { code: names.has(name) ? 0 : 3 };
}

/** UDP and TCP on one port, which the system has to have free for both. */
async function listen(answer: (message: Buffer, by: 'udp' | 'tcp') => Buffer | undefined): Promise<[Socket, Server]> {
  for (;;) {
    const tcp = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (message) => {
        const said = answer(message.subarray(2), 'tcp');
        if (said) socket.end(Buffer.concat([Buffer.from([said.length >> 8, said.length & 255]), said]));
      });
    });
    tcp.listen(0, '127.0.0.1');
    await once(tcp, 'listening');
    const udp = createSocket('udp4');
    udp.on('message', (message, { port, address }) => {
      const said = answer(message, 'udp');
      if (said) udp.send(said, port, address);
    });
    const bound = once(udp, 'listening').then(
      () => true,
      () => false,
    );
    udp.bind((tcp.address() as AddressInfo).port, '127.0.0.1');
    if (await bound) return [udp, tcp];
    tcp.close();
  }
}
