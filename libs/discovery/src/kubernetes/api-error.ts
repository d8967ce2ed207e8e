import type { KubernetesAddress } from './kubernetes-address.ts';

/** An answer of the API server that is no list and no watch, or the event that ends a watch. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  /**
   * @param status of HTTP, or the `code` of the `Status` in an event
   * @param message one sentence for the log
   * @param retryAfter milliseconds that the server wants to be left alone; undefined: it did not say
   */
  constructor(
    readonly status: number,
    message: string,
    readonly retryAfter?: number,
  ) {
    super(message);
  }

  /** Whether the version, or the list that is being read page by page, is too old. */
  get isExpired(): boolean {
    return this.status === 410;
  }
}

/** Bounds of the milliseconds that a server may ask to be left alone. */
const MIN_RETRY_AFTER = 1_000;
const MAX_RETRY_AFTER = 60_000;

/** Puts into words what an HTTP status of the API server means for whoever operates the gateway. */
export function apiErrorOf(
  { status, headers, body }: { status: number; headers: Readonly<Record<string, string | undefined>>; body?: unknown },
  { namespace }: KubernetesAddress,
): ApiError {
  const seconds = Number(headers['retry-after'] ?? NaN);
  const retryAfter = seconds >= 0 ? Math.min(Math.max(seconds * 1_000, MIN_RETRY_AFTER), MAX_RETRY_AFTER) : undefined;
  return new ApiError(status, `the API server answered ${status}: ${explain(status, namespace, body)}`, retryAfter);
}

function explain(status: number, namespace: string, body: unknown): string {
  if (status === 401) return 'the token is unknown or has expired; see KUBERNETES_TOKEN_FILE';
  if (status === 403) {
    const rule = 'apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [list, watch]';
    return `the service account needs a Role with ${rule} in namespace ${namespace}`;
  }
  return messageOf(body) ?? 'no reason given';
}

/** The `message` of a `Status`. */
export function messageOf(body: unknown): string | undefined {
  const message = typeof body === 'object' && body !== null && 'message' in body ? body.message : undefined;
  return typeof message === 'string' ? message.slice(0, 200) : undefined;
}
