import { BffError, type RequestContext } from '@portico/core';
import type { Call, PageAdmission, PageNeed, PagePlaces, Send } from '@portico/upstream';
import { checkAnswer, type PartAnswer } from './check-answer.ts';

/** What views need of the upstreams of a BFF; `buildUpstreams()` of `@portico/upstream` gives more. */
export interface ViewUpstreams {
  readonly names: readonly string[];
  send(name: string): Send;
  settings(name: string): { readonly validateJson: boolean; readonly bulkhead: false | { readonly calls: number } };
  admission(needs: readonly PageNeed[]): PageAdmission;
}

/** The upstreams by name, looked up at boot. */
export type Targets = ReadonlyMap<string, { readonly send: Send; readonly validate: boolean }>;

/** Adds what upstreams are told of the client to a flat list of header fields. */
export type CallHeaders = (headers: string[], ctx: RequestContext) => void;

/** What a plan's calls are made with. */
export interface CallTargets {
  readonly targets: Targets;
  readonly addHeaders: CallHeaders | undefined;
  readonly places: PagePlaces;
}

/** Makes one call of a plan. Rejects with a BffError; see `checkAnswer` for what it does not take. */
export async function askUpstream(
  { targets, addHeaders, places }: CallTargets,
  call: Call<unknown>,
  maxBytes: number,
  ctx: RequestContext,
): Promise<PartAnswer> {
  const target = targets.get(call.upstream);
  if (!target) throw new BffError('internal', { cause: new TypeError(`no upstream is named "${call.upstream}"`) });
  // Identity: bytes that are spliced cannot be compressed each in its own way, and inflating them costs more than it saves.
  const headers = ['accept', 'application/json', 'accept-encoding', 'identity'];
  addHeaders?.(headers, ctx);
  const response = await target.send({ method: 'GET', target: call.target, headers, holdUpTo: maxBytes, places }, ctx);
  return checkAnswer(response, call.upstream, target.validate);
}
