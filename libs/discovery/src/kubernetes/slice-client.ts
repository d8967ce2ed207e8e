import type { Readable } from 'node:stream';
import { RegistryClient } from '../registry-client.ts';
import { ApiError, apiErrorOf } from './api-error.ts';
import type { KubernetesAddress } from './kubernetes-address.ts';
import { type KubernetesSettings, readCa, readToken } from './kubernetes-settings.ts';
import { type Slice, SLICE_LIST, type SliceList } from './slice.ts';

/** Milliseconds for a page of a list, and for the head of a watch. */
const TIMEOUT = 10_000;
/** Slices of a page: with a thousand endpoints each they stay below what a `RegistryClient` reads. */
const PAGE = 30;
/** Pages of a list, and how often one that expires halfway is begun anew. */
const MAX_PAGES = 100;
const MAX_LISTS = 3;

/** One watch: from where and for how long. */
export interface WatchOptions {
  /** The version that is known. */
  readonly version: string;
  /** After these the server ends it. */
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/** Asks the API server for the EndpointSlices of one service. The token and the CA are read anew for every question. */
export class SliceClient {
  private client: { readonly ca: string | undefined; readonly http: RegistryClient } | undefined;
  private readonly path: string;

  constructor(
    private readonly settings: KubernetesSettings,
    private readonly address: KubernetesAddress,
  ) {
    this.path = `${settings.url}/apis/discovery.k8s.io/v1/namespaces/${address.namespace}/endpointslices`;
  }

  /**
   * All slices as they are now: no version is asked for, so that neither one from the past nor one from another life of the
   * cluster is believed. @throws ApiError; Error when there is no answer or it is no list
   */
  async list(signal: AbortSignal): Promise<SliceList> {
    for (let lists = 1; ; lists++) {
      try {
        return await this.readPages(signal);
      } catch (error) {
        if (!(error instanceof ApiError && error.isExpired) || lists === MAX_LISTS) throw error;
      }
    }
  }

  /** The events after a version, one JSON object a line, to be read or destroyed. @throws ApiError; Error without an answer */
  async watch({ version, seconds, signal }: WatchOptions): Promise<Readable> {
    const parameters = {
      watch: '1',
      allowWatchBookmarks: 'true',
      resourceVersion: version,
      timeoutSeconds: `${seconds}`,
    };
    const { http, request } = await this.prepare(parameters, signal);
    const answer = await http.stream(request);
    // Until somebody reads it, an abort must not be an error that nobody hears.
    answer.body.on('error', () => undefined);
    if (answer.status === 200) return answer.body;
    answer.body.destroy();
    throw apiErrorOf({ status: answer.status, headers: answer.headers }, this.address);
  }

  private async readPages(signal: AbortSignal): Promise<SliceList> {
    const slices: Slice[] = [];
    let next: string | undefined;
    for (let pages = 0; pages < MAX_PAGES; pages++) {
      const { metadata, items } = await this.readPage(next, signal);
      slices.push(...items);
      if (!metadata.continue) return { version: metadata.resourceVersion, slices };
      next = metadata.continue;
    }
    throw new Error(`the list of slices has more than ${MAX_PAGES} pages`);
  }

  private async readPage(next: string | undefined, signal: AbortSignal) {
    const parameters = { limit: `${PAGE}`, ...(next !== undefined && { continue: next }) };
    const { http, request } = await this.prepare(parameters, signal);
    const answer = await http.ask(request);
    if (answer.status !== 200) throw apiErrorOf(answer, this.address);
    const page = SLICE_LIST.safeParse(answer.body);
    if (page.success) return page.data;
    const [issue] = page.error.issues;
    throw new Error(`the answer is no EndpointSliceList: ${issue?.path.join('.')}: ${issue?.message}`);
  }

  private async prepare(parameters: Readonly<Record<string, string>>, signal: AbortSignal) {
    const [ca, token] = await Promise.all([readCa(this.settings), readToken(this.settings)]);
    if (this.client === undefined || this.client.ca !== ca) this.client = { ca, http: new RegistryClient(ca) };
    const labelSelector = `kubernetes.io/service-name=${this.address.service}`;
    const url = `${this.path}?${new URLSearchParams({ labelSelector, ...parameters })}`;
    const headers = { accept: 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) };
    return { http: this.client.http, request: { url, headers, timeout: TIMEOUT, signal } };
  }
}
