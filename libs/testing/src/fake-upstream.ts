import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from './listen.ts';

/** A request as an upstream received it. */
export interface RecordedRequest {
  readonly method: string;
  /** Request target, byte for byte. */
  readonly url: string;
  readonly httpVersion: string;
  /** Flat `name, value, ...` as they came. */
  readonly rawHeaders: readonly string[];
  /** Names in lower case, as Node joins them. */
  readonly headers: IncomingHttpHeaders;
  readonly rawTrailers: readonly string[];
  /** What has arrived so far. */
  readonly body: Buffer;
  /** Whether the connection was closed before the answer was complete. */
  readonly aborted: boolean;
}

/** What an upstream does with one request; `response.req` is Node's own request. See `reply`, `hang`, `reset`. */
export type Behaviour = (request: RecordedRequest, response: ServerResponse) => void | Promise<void>;

/**
 * One behaviour for every request; or a list, one for each request in the order of arrival, the last for all that
 * follow; or a table by path (without query), where an unknown path gives 404.
 */
export type Script = Behaviour | readonly Behaviour[] | Readonly<Record<string, Behaviour>>;

/** A running fake upstream. */
export interface FakeUpstream {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly port: number;
  /** In order of arrival; a request is listed as soon as its head is there. */
  readonly requests: readonly RecordedRequest[];
  /** Connections accepted so far. */
  readonly connections: number;
  /** Follows another script from now on. */
  use(script: Script): void;
  /** Stops listening and cuts every connection. */
  close(): Promise<void>;
}

/** How a fake upstream treats its requests. */
export interface FakeUpstreamOptions {
  /** Act when the head has arrived and leave the body unread, instead of reading it whole first. Default false. */
  readonly early?: boolean;
}

/** Starts a real HTTP server on a free port that records what it is asked and answers by a script. */
export async function startFakeUpstream(script: Script, options: FakeUpstreamOptions = {}): Promise<FakeUpstream> {
  const requests: Recording[] = [];
  let choose = chooser(script);
  let connections = 0;
  const server = createServer({ requireHostHeader: false, maxHeaderSize: 1024 * 1024 }, (message, response) => {
    const recording = new Recording(message, response);
    requests.push(recording);
    const act = (): unknown => choose(recording)(recording, response);
    if (options.early) act();
    else recording.readBody(act);
  });
  server.requestTimeout = 0;
  server.keepAliveTimeout = 60_000;
  server.on('connection', () => connections++);
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    get connections() {
      return connections;
    },
    use: (next) => void (choose = chooser(next)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class Recording implements RecordedRequest {
  readonly method: string;
  readonly url: string;
  readonly httpVersion: string;
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingHttpHeaders;
  aborted = false;
  private readonly chunks: Buffer[] = [];

  constructor(
    private readonly message: IncomingMessage,
    response: ServerResponse,
  ) {
    this.method = message.method ?? '';
    this.url = message.url ?? '';
    this.httpVersion = message.httpVersion;
    this.rawHeaders = message.rawHeaders;
    this.headers = message.headers;
    response.on('close', () => (this.aborted = !response.writableFinished));
    message.on('error', () => undefined);
  }

  get body(): Buffer {
    return Buffer.concat(this.chunks);
  }

  get rawTrailers(): readonly string[] {
    return this.message.rawTrailers;
  }

  readBody(done: () => void): void {
    this.message.on('data', (chunk: Buffer) => this.chunks.push(chunk));
    this.message.on('end', done);
  }
}

const notFound: Behaviour = (_request, response) => {
  response.writeHead(404, { 'content-length': 0 }).end();
};

function chooser(script: Script): (request: RecordedRequest) => Behaviour {
  if (typeof script === 'function') return () => script;
  if (isList(script)) {
    let index = 0;
    return () => script[Math.min(index++, script.length - 1)] ?? notFound;
  }
  return (request) => script[request.url.split('?', 1)[0] ?? ''] ?? notFound;
}

function isList(script: Script): script is readonly Behaviour[] {
  return Array.isArray(script);
}
