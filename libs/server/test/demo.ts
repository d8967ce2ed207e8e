import { parseResponses, rawRequest, type RawRequestOptions, startBff } from '@portico/testing';
import { type BffOptions, createBff } from '../src/index.ts';
import { DemoModule } from './demo.module.ts';

/** A running demo, with the port taken from its address. */
export interface Demo {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Starts the demo module on a free port, without log. */
export async function startDemo(
  environment: Record<string, string> = {},
  options: Partial<BffOptions> = {},
): Promise<Demo> {
  const start = () => createBff({ name: 'demo-bff', port: 0, module: DemoModule, ...options });
  const bff = await startBff(start, { LOG_LEVEL: 'silent', DRAIN_TIMEOUT: '500', ...environment });
  return { url: bff.url, port: Number(new URL(bff.url).port), close: () => bff.close() };
}

/** What came back for raw bytes. */
export interface Outcome {
  readonly statuses: readonly number[];
  readonly bodies: readonly string[];
  readonly text: string;
  readonly closed: boolean;
}

/** Sends raw bytes and waits until the server closes, or nothing comes for a second. */
export async function send(
  port: number,
  bytes: string | readonly (string | number)[],
  options: RawRequestOptions = {},
): Promise<Outcome> {
  const { bytes: received, text, closed } = await rawRequest(port, bytes, options);
  const responses = parseResponses(received);
  return {
    statuses: responses.map((response) => response.status),
    bodies: responses.map((response) => response.body.toString('latin1')),
    text,
    closed,
  };
}

/** A request with a Host, lines joined the way HTTP wants them. */
export function request(line: string, headers: readonly string[] = [], body = ''): string {
  return [line, 'Host: demo', ...headers, '', body].join('\r\n');
}
