import type { z } from 'zod';
import { Problem, type ProblemBody, problemSchema } from './problem.ts';

/** A call to another service. */
export interface ServiceCall<T extends z.ZodType> {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path and query, already encoded. */
  path: string;
  /** Sent as JSON. */
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  /** What a success must look like; without it the answer's body is not read. */
  answer?: T;
}

/** What another service answered: what was asked for, or why it refused (4xx). */
export type ServiceAnswer<T> =
  { ok: true; status: number; body: T } | { ok: false; status: number; problem: ProblemBody };

/** Asks another service of the shop over HTTP. */
export class ServiceClient {
  /**
   * @param name the other service, for messages
   * @param url its address, such as `http://127.0.0.1:4001`
   * @param timeout milliseconds for a whole call
   */
  constructor(
    readonly name: string,
    private readonly url: string,
    private readonly timeout: number = 2000,
  ) {}

  /**
   * Makes one call; nothing is tried again.
   *
   * @throws Problem 502 when the service cannot be reached, is too slow, fails (5xx) or answers something else than expected
   */
  async call<T extends z.ZodType>(call: ServiceCall<T>): Promise<ServiceAnswer<z.output<T>>> {
    const { status, text } = await this.#send(call);
    if (status >= 500) throw this.#failure(`answered ${status}`);
    if (status >= 400) return { ok: false, status, problem: this.#parse(problemSchema, text) };
    return { ok: true, status, body: (call.answer && this.#parse(call.answer, text)) as z.output<T> };
  }

  async #send({ method, path, body, headers }: ServiceCall<z.ZodType>): Promise<{ status: number; text: string }> {
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const signal = AbortSignal.timeout(this.timeout);
    try {
      const response = await fetch(this.url + path, {
        method,
        headers: { accept: 'application/json', ...json, ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        redirect: 'error',
        signal,
      });
      return { status: response.status, text: await response.text() };
    } catch {
      throw this.#failure(signal.aborted ? `did not answer within ${this.timeout} ms` : 'could not be reached');
    }
  }

  #parse<T extends z.ZodType>(schema: T, text: string): z.output<T> {
    try {
      return schema.parse(JSON.parse(text));
    } catch {
      throw this.#failure('answered something unexpected');
    }
  }

  #failure(reason: string): Problem {
    return new Problem(502, `The service ${this.name} ${reason}.`);
  }
}
