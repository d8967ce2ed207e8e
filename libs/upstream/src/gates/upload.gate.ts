import { Readable } from 'node:stream';
import { BffError, type RequestContext } from '@portico/core';
import { type UpstreamResponse, whenTaken } from '../send.ts';
import type { Transfers } from '../transfers/transfers.ts';
import type { Gate, Passage, PlacedUpload } from './gate.ts';
import { refusal } from './refusal.ts';

/** Milliseconds in which an upload has to show how fast it is, and after which a refused one may be tried again. */
const GRACE = 1_000;

/**
 * Gives each body that is sent as it comes a place among the long transfers, before it takes one of anything that other calls
 * need: a client that sends slowly holds up only others that do. It keeps the place until its answer is taken.
 */
export class UploadGate implements Gate {
  constructor(
    private readonly transfers: Transfers,
    private readonly upstream: string,
  ) {}

  enter(passage: Passage): undefined {
    const { request, ctx } = passage;
    if (!(request.body instanceof Readable)) return;
    const upload = new Upload(request.body, ctx);
    if (!this.transfers.enter(upload)) throw refusal(this.upstream, 'transfers', GRACE);
    passage.upload = upload;
  }

  answered({ upload }: Passage, response: UpstreamResponse): void {
    if (!upload) return;
    upload.isAnswered = true;
    whenTaken(response, () => this.transfers.leave(upload));
  }

  failed({ upload }: Passage): void {
    if (upload) this.transfers.leave(upload);
  }
}

/** A body under way. */
class Upload implements PlacedUpload {
  readonly grace = GRACE;
  isAnswered = false;

  constructor(
    private readonly body: Readable & { readonly bytesRead?: number },
    readonly ctx: RequestContext,
  ) {}

  /** Once there is an answer, its reader's speed is judged where the answer is streamed. */
  get moved(): number {
    return this.isAnswered ? Infinity : (this.body.bytesRead ?? 0);
  }

  giveWay(): void {
    this.body.destroy(new BffError('client-too-slow', { cause: 'its place went to another client' }));
  }
}
