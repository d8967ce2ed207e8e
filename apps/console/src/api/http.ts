/** What to send; `body` becomes JSON. */
export type RequestOptions = { method?: 'GET' | 'POST' | 'DELETE'; body?: unknown; signal?: AbortSignal };

/** The BFF said no (its problem+json, RFC 9457), or could not be reached: then `status` is 0. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }
}

/** No answer is waited for longer than this. */
const TIMEOUT_MS = 15_000;

let unauthorized = (): void => undefined;

/** Says who is to be told when a call was refused for want of a login (401); the last one who asked is. */
export function onUnauthorized(listener: () => void): void {
  unauthorized = listener;
}

/** Sends one request to the BFF; an answer without a body gives undefined. Throws ApiError, or the reason of the signal given. */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const response = await reach(path, options);
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return undefined as T;
  try {
    return (await response.json()) as T;
  } catch {
    options.signal?.throwIfAborted();
    throw new ApiError(502, 'The answer broke off.');
  }
}

async function reach(path: string, { method = 'GET', body, signal }: RequestOptions): Promise<Response> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await fetch(path, {
      method,
      // A page of another origin cannot send this field without being asked first, which is how the BFF tells us from it.
      headers: { accept: 'application/json', 'x-csrf': '1', ...(body ? { 'content-type': 'application/json' } : {}) },
      body: body ? JSON.stringify(body) : undefined,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
  } catch {
    signal?.throwIfAborted();
    throw new ApiError(0, 'The gateway cannot be reached.');
  }
}

type Problem = { code?: string; title?: string; detail?: string; errors?: { message: string }[] };

async function problemOf(response: Response): Promise<ApiError> {
  const problem = await response
    .json()
    .catch(() => ({}))
    .then((value) => value as Problem);
  if (response.status === 401 && problem.code !== 'step-up-required') unauthorized();
  return new ApiError(response.status, problem.detail ?? problem.title ?? 'Something went wrong.');
}
