import type { Readable } from 'node:stream';
import type { HttpService } from '@nestjs/axios';
import type { AxiosRequestConfig } from 'axios';
import { Agent } from 'node:https';
import { reasonOf } from './poller.ts';

/** An answer of a registry, whatever its status. */
export interface RegistryAnswer<T = unknown> {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Parsed when it was JSON, text otherwise. */
  readonly body: T;
}

/** One question to a registry. */
export interface RegistryRequest {
  /** Default GET. */
  readonly method?: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Absolute. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Milliseconds for the whole answer; for `stream`, for its head. */
  readonly timeout: number;
  /** Gives up; a stream whose head has come is the caller's to destroy. */
  readonly signal?: AbortSignal;
}

/** Bytes of the largest answer that is read; a longer one is an error, not a list. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Asks registries over HTTP. Redirects are not followed and no proxy of the environment is used: the address is the operator's. */
export class RegistryClient {
  private http: Promise<HttpService> | undefined;

  /** @param ca certificate of the registry's authority in PEM, when it is not a public one */
  constructor(private readonly ca?: string) {}

  /** Reads the whole answer. @throws Error when there is none, in time or at all */
  async ask<T = unknown>(request: RegistryRequest): Promise<RegistryAnswer<T>> {
    const { axiosRef: axios } = await this.open();
    const { status, headers, data } = await inTime(request, (signal) =>
      axios.request<T>(configOf({ ...request, signal })),
    );
    return { status, headers: headers as Record<string, string>, body: data };
  }

  /** Reads the head; the body comes as a stream, which must be read or destroyed. @throws Error when there is no head in time */
  async stream(request: RegistryRequest): Promise<RegistryAnswer<Readable>> {
    const unbounded = { responseType: 'stream', maxContentLength: -1 } as const;
    const { axiosRef: axios } = await this.open();
    const { status, headers, data } = await inTime(request, (signal) =>
      axios.request<Readable>({ ...configOf({ ...request, signal }), ...unbounded }),
    );
    return { status, headers: headers as Record<string, string>, body: data };
  }

  private open(): Promise<HttpService> {
    return (this.http ??= httpServiceOf(this.ca).catch((error: unknown) => {
      // The next one tries again.
      this.http = undefined;
      throw error;
    }));
  }
}

/** axios is read when there is somebody to ask: a process without a registry starts without it. */
async function httpServiceOf(ca: string | undefined): Promise<HttpService> {
  const [{ HttpService }, { create }] = await Promise.all([import('@nestjs/axios'), import('axios')]);
  const axios = create({
    maxRedirects: 0,
    proxy: false,
    maxContentLength: MAX_BYTES,
    maxBodyLength: MAX_BYTES,
    validateStatus: () => true,
    ...(ca === undefined ? {} : { httpsAgent: new Agent({ ca, keepAlive: true, rejectUnauthorized: true }) }),
  });
  return new HttpService(axios);
}

/** Does `work` under a signal of the deadline and the caller's: axios' own timeout starts anew with every byte that arrives. */
async function inTime<T>(request: RegistryRequest, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { timeout, signal } = request;
  const deadline = AbortSignal.timeout(timeout);
  const given = new AbortController();
  const giveUp = (): void => given.abort();
  if (signal?.aborted) giveUp();
  deadline.addEventListener('abort', giveUp);
  signal?.addEventListener('abort', giveUp);
  let reason: string;
  try {
    return await work(given.signal);
  } catch (error) {
    reason = deadline.aborted ? `no answer within ${timeout} ms` : reasonOf(error);
  } finally {
    deadline.removeEventListener('abort', giveUp);
    signal?.removeEventListener('abort', giveUp);
  }
  // Without the client's own error as its cause: that holds the whole request, token included, and somebody may log it.
  throw new Error(reason);
}

function configOf({ method = 'GET', url, headers, body, signal }: RegistryRequest): AxiosRequestConfig {
  const content =
    body === undefined ? {} : { data: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  return { method, url, ...content, headers: { ...content.headers, ...headers }, ...(signal && { signal }) };
}
