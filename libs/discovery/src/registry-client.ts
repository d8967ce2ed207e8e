import type { Readable } from 'node:stream';
import { HttpService } from '@nestjs/axios';
import { type AxiosRequestConfig, create } from 'axios';
import { Agent } from 'node:https';

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
  readonly signal?: AbortSignal;
}

/** Bytes of the largest answer that is read; a longer one is an error, not a list. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Asks registries over HTTP. Redirects are not followed and no proxy of the environment is used: the address is the operator's. */
export class RegistryClient {
  private readonly http: HttpService;

  /** @param ca certificate of the registry's authority in PEM, when it is not a public one */
  constructor(ca?: string) {
    const axios = create({
      maxRedirects: 0,
      proxy: false,
      maxContentLength: MAX_BYTES,
      maxBodyLength: MAX_BYTES,
      validateStatus: () => true,
      ...(ca === undefined ? {} : { httpsAgent: new Agent({ ca, keepAlive: true }) }),
    });
    this.http = new HttpService(axios);
  }

  /** Reads the whole answer. @throws Error when there is none, in time or at all */
  async ask<T = unknown>(request: RegistryRequest): Promise<RegistryAnswer<T>> {
    const { status, headers, data } = await this.http.axiosRef.request<T>(configOf(request));
    return { status, headers: headers as Record<string, string>, body: data };
  }

  /** Reads the head; the body comes as a stream, which must be read or destroyed. */
  async stream({ timeout, signal, ...request }: RegistryRequest): Promise<RegistryAnswer<Readable>> {
    const headInTime = AbortSignal.timeout(timeout);
    const given = new AbortController();
    const giveUp = (): void => given.abort();
    headInTime.addEventListener('abort', giveUp);
    signal?.addEventListener('abort', giveUp);
    const config = configOf({ ...request, timeout: 0, signal: given.signal });
    try {
      const answer = await this.http.axiosRef.request<Readable>({
        ...config,
        responseType: 'stream',
        maxContentLength: -1,
      });
      return { status: answer.status, headers: answer.headers as Record<string, string>, body: answer.data };
    } finally {
      headInTime.removeEventListener('abort', giveUp);
    }
  }
}

function configOf({ method = 'GET', url, headers, body, timeout, signal }: RegistryRequest): AxiosRequestConfig {
  return { method, url, headers: { ...headers }, data: body, timeout, ...(signal && { signal }) };
}
