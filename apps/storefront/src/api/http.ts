import { type Parts, readParts } from './parts.ts';

/** One mistake in what was sent; `field` is a dotted path such as `address.city`. */
export type FieldError = { field: string; message: string };

/** An answer of the BFF and what it says about the page's parts. */
export type Answer<T> = { data: T; parts: Parts };

/** What to send; `body` becomes JSON. */
export type RequestOptions = {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
};

/** The BFF said no (its problem+json, RFC 9457), or could not be reached: then `status` is 0. */
export class ApiError extends Error {
  readonly status: number;
  readonly fields: FieldError[];

  constructor(status: number, message: string, fields: FieldError[] = []) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.fields = fields;
  }
}

let unauthorized = (): void => undefined;

/** Says who is to be told when a call was refused for want of a login (401); the last one who asked is. */
export function onUnauthorized(listener: () => void): void {
  unauthorized = listener;
}

let reached = (_: boolean): void => undefined;

/** Says who is to be told, with every call, whether the shop answered; the last one who asked is. */
export function onReach(listener: (reached: boolean) => void): void {
  reached = listener;
}

/** No answer is waited for longer than this. */
const TIMEOUT_MS = 15_000;

/** Sends one request to the shop's BFF; an answer without a body gives undefined as its data. Throws ApiError; a request cancelled by its signal throws the signal's reason. */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<Answer<T>> {
  const response = await reach(path, options);
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return { data: undefined as T, parts: new Map() };
  try {
    return { data: (await response.json()) as T, parts: readParts(response.headers.get('x-portico-parts')) };
  } catch {
    options.signal?.throwIfAborted();
    throw new ApiError(502, 'The answer of the shop broke off.');
  }
}

async function reach(path: string, { method = 'GET', body, headers, signal }: RequestOptions): Promise<Response> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(path, {
      method,
      // A page of another origin cannot send this field without being asked first, which is how the BFF tells us from it.
      headers: {
        accept: 'application/json',
        'x-csrf': '1',
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...headers,
      },
      body: body ? JSON.stringify(body) : undefined,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    reached(true);
    return response;
  } catch {
    signal?.throwIfAborted();
    reached(false);
    throw new ApiError(0, 'The shop cannot be reached.');
  }
}

async function problemOf(response: Response): Promise<ApiError> {
  type Problem = { code?: string; title?: string; detail?: string; errors?: FieldError[] };
  const problem = await response
    .json()
    .catch(() => ({}))
    .then((value) => value as Problem);
  if (response.status === 401 && problem.code !== 'step-up-required') unauthorized();
  const message = problem.detail ?? problem.title ?? 'Something went wrong.';
  return new ApiError(response.status, message, Array.isArray(problem.errors) ? problem.errors : []);
}
