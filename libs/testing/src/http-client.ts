import { request as nodeRequest, type Agent, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/** A request of the test client. */
export interface HttpRequestOptions {
  /** Default GET. */
  readonly method?: string;
  /** By name, or flat `name, value, ...` to repeat names. `Host` is added when missing. */
  readonly headers?: Readonly<Record<string, string>> | readonly string[];
  /** Bytes get a Content-Length; a stream or other iterable is sent chunked, unless `headers` has a length. */
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** To reuse connections; by default every request has its own and asks to close it. */
  readonly agent?: Agent;
  /** Aborting it cuts the connection and rejects the request. */
  readonly signal?: AbortSignal;
  /** Milliseconds without a byte until the request fails. Default 10000. */
  readonly timeout?: number;
}

/** An answer as the client saw it. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Flat `name, value, ...` as they came. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly text: string;
  /** False when the connection broke before the body's promised end. */
  readonly complete: boolean;
  json<T>(): T;
}

/**
 * A plain HTTP client: follows no redirect, decodes nothing, and sends the path of `url` byte for byte, where `fetch` and
 * `new URL` would normalise it.
 *
 * @param url `http://host:port/path?query`
 * @throws when no head arrives; once it has, a broken answer is returned with `complete: false`
 */
export function httpRequest(url: string, options: HttpRequestOptions = {}): Promise<HttpAnswer> {
  const match = /^http:\/\/([^/?#:]+):(\d+)(.*)$/.exec(url);
  if (!match) throw new TypeError(`not a http://host:port/path URL: ${url}`);
  const [, host, port, path] = match;
  return new Promise((resolve, reject) => {
    let answered = false;
    const request = nodeRequest(
      {
        host,
        port,
        path: path === '' ? '/' : path,
        method: options.method ?? 'GET',
        headers: headersOf(options, `${host}:${port}`),
        agent: options.agent ?? false,
        signal: options.signal,
        timeout: options.timeout ?? 10_000,
      },
      (response) => {
        answered = true;
        collect(response, resolve);
      },
    );
    request.on('timeout', () => request.destroy(new Error(`no byte from ${url} in time`)));
    request.on('error', (error) => {
      if (!answered) reject(error);
    });
    sendBody(request, options.body);
  });
}

type Body = HttpRequestOptions['body'];

function isBytes(body: Body): body is string | Uint8Array {
  return typeof body === 'string' || body instanceof Uint8Array;
}

function headersOf({ headers = {}, body }: HttpRequestOptions, host: string): string[] {
  const flat = Array.isArray(headers) ? [...(headers as readonly string[])] : Object.entries(headers).flat();
  const names = new Set(flat.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase()));
  if (!names.has('host')) flat.unshift('Host', host);
  if (body === undefined || names.has('content-length') || names.has('transfer-encoding')) return flat;
  if (isBytes(body)) flat.push('Content-Length', String(Buffer.byteLength(body)));
  else flat.push('Transfer-Encoding', 'chunked');
  return flat;
}

function sendBody(request: ReturnType<typeof nodeRequest>, body: Body): void {
  if (body === undefined || isBytes(body)) {
    request.end(body);
    return;
  }
  const stream = Readable.from(body, { objectMode: false });
  stream.on('error', (error) => request.destroy(error));
  stream.pipe(request);
}

function collect(response: IncomingMessage, resolve: (answer: HttpAnswer) => void): void {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.on('error', () => undefined);
  response.on('close', () => {
    const body = Buffer.concat(chunks);
    const text = body.toString();
    resolve({
      status: response.statusCode ?? 0,
      headers: response.headers,
      rawHeaders: response.rawHeaders,
      body,
      text,
      complete: response.complete,
      json: <T>() => JSON.parse(text) as T,
    });
  });
}
