import { BffError, type RequestContext } from '@portico/core';
import type { Call, PagePlaces } from '@portico/upstream';
import { askUpstream, type CallTargets } from './ask-upstream.ts';
import type { PartAnswer } from './check-answer.ts';
import { holdsMoreKeys } from './client-input.ts';
import type { CompiledPart, CompiledPlan } from './compile-plan.ts';
import { callsFor, type FanOut, merge, sendAll } from './fan-out.ts';
import { events, type PartFailedEvent } from './events.ts';
import { asBffError, isOwnFailure, readPlan, shaped, withPart } from './part-failure.ts';
import { type PartResult, pending, type RunningPart } from './part-result.ts';
import { type PartState, stateOfFailure } from './part-state.ts';
import { isParsed, valueOf } from './part-value.ts';

/**
 * Runs a plan. Resolves with the result of every part, in the order of the plan, once all are settled. When the deadline
 * of the request comes, what is not there by then counts as timed out, if the required parts are.
 *
 * Rejects with a BffError that names the part when a required one fails, and as soon as the request is given up; in both
 * cases all calls under way are cancelled. However it ends, it closes the page's places.
 */
export function runPlan(plan: CompiledPlan, page: AdmittedPage, ctx: RequestContext): Promise<readonly PartResult[]> {
  return new Promise((resolve, reject) => new PlanRun(plan, page, ctx.child(), { resolve, reject }).start());
}

/** A page that was let in. */
export interface AdmittedPage {
  readonly input: unknown;
  readonly places: PagePlaces;
}

const NOTHING = Object.freeze({});
const EMPTY_LIST: PartAnswer = {
  body: { chunks: [Buffer.from('[]')], length: 2 },
  life: undefined,
  vary: undefined,
  validate: false,
  isFallback: false,
};

/** The promise behind a run. */
interface Outcome {
  readonly resolve: (results: readonly PartResult[]) => void;
  readonly reject: (error: BffError) => void;
}

class PlanRun {
  private readonly results: readonly RunningPart[];
  private readonly input: unknown;
  private readonly places: PagePlaces;
  private readonly targets: CallTargets;
  private left: number;
  private callsLeft: number;
  private isDone = false;
  private isLate = false;

  constructor(
    private readonly plan: CompiledPlan,
    { input, places }: AdmittedPage,
    private readonly ctx: RequestContext,
    private readonly outcome: Outcome,
  ) {
    const { targets, addHeaders } = plan;
    this.input = input;
    this.places = places;
    this.targets = { targets, addHeaders, places };
    this.left = plan.parts.length;
    this.callsLeft = plan.fanOutCalls;
    const now = ctx.clock.now();
    this.results = plan.parts.map((part) => pending(part, now));
  }

  start(): void {
    this.ctx.onAbort((reason) => this.giveUp(reason));
    for (const part of this.plan.parts) if (part.needs.length === 0) this.begin(part);
  }

  private begin(part: CompiledPart): void {
    if (this.isDone) return;
    if (this.isLate || part.needs.some((needed) => !this.isUsable(needed))) return this.skip(part);
    this.resultOf(part).startedAt = this.ctx.clock.now();
    try {
      this.ask(part).then(
        (answer) => this.succeed(part, answer),
        (error: unknown) => this.fail(part, asBffError(error)),
      );
    } catch (error) {
      this.fail(part, asBffError(error));
    }
  }

  private ask(part: CompiledPart): Promise<PartAnswer> {
    const { ask } = part;
    if (ask.kind !== 'one') return this.askMany(part, ask);
    const call = readPlan(part, this.input, () => ask.call(this.input, this.earlier(part)));
    return this.send(part, call, this.scopeOf(part));
  }

  private askMany(part: CompiledPart, ask: FanOut): Promise<PartAnswer> {
    const calls = readPlan(part, this.input, () => callsFor(ask, ask.keys(this.input, this.earlier(part))));
    if (calls.length === 0) return Promise.resolve(EMPTY_LIST);
    if (calls.length > this.callsLeft)
      throw tooManyCalls(part, this.input, this.callsLeft * (ask.kind === 'batch' ? ask.size : 1));
    this.callsLeft -= calls.length;
    this.keepPlaces(part, Math.min(calls.length, ask.concurrency));
    const scope = this.scopeOf(part);
    let left = part.maxParsedBytes;
    const all = sendAll(calls, ask.concurrency, async (call) => {
      const answer = await this.send(part, call, scope);
      // Each by itself: `{},{}` would pass for two elements of the array.
      if (ask.kind !== 'each') return answer;
      const value = valueOf(part, answer, left);
      if (isParsed(part, answer)) left -= answer.body.length;
      return { ...answer, value };
    });
    return all.then((answers) => merge(ask.kind, answers, part.maxBytes));
  }

  private send(part: CompiledPart, call: Call<unknown>, scope: RequestContext): Promise<PartAnswer> {
    this.resultOf(part).upstream = call.upstream;
    return askUpstream(this.targets, call, part.maxBytes, scope);
  }

  /** The context of a part's calls: one of its own only where a time or several calls need one. */
  private scopeOf(part: CompiledPart): RequestContext {
    if (part.timeout === undefined && part.ask.kind === 'one') return this.ctx;
    const scope = this.ctx.child();
    this.resultOf(part).scope = scope;
    scope.onAbort((reason) => this.fail(part, reason));
    if (part.timeout !== undefined) scope.expireAfter(part.timeout);
    return scope;
  }

  private earlier(part: CompiledPart): object {
    if (part.needs.length === 0) return NOTHING;
    const earlier: Record<string, unknown> = {};
    for (const needed of part.needs) earlier[needed.name] = this.resultOf(needed).value;
    return earlier;
  }

  private succeed(part: CompiledPart, answer: PartAnswer): void {
    const result = this.resultOf(part);
    if (this.isDone || result.state !== undefined) return;
    try {
      const value = valueOf(part, answer);
      if (part.isRead) result.value = part.shape ? shaped(part.shape, value) : value;
    } catch (error) {
      return this.fail(part, asBffError(error));
    }
    result.answer = answer;
    this.settle(part, result, answer.isFallback ? 'fallback' : 'ok');
  }

  private fail(part: CompiledPart, error: BffError): void {
    const result = this.resultOf(part);
    if (this.isDone || result.state !== undefined) return;
    const isOwnTime = error.code === 'deadline-exceeded' && !this.ctx.aborted;
    const reason = isOwnTime ? new BffError('upstream-timeout', { cause: error }) : error;
    if (events.partFailed.hasSubscribers) this.tell(part, reason);
    if (part.required) return this.end(withPart(reason, part));
    result.code = reason.code;
    this.replace(part, stateOfFailure(reason.code, part.otherwise !== undefined));
    result.scope?.abort(reason);
  }

  private tell(part: CompiledPart, error: BffError): void {
    const { route, requestId, trace } = this.ctx;
    const event: PartFailedEvent = {
      ...{ route, requestId, traceId: trace.traceId, part: part.name, required: part.required },
      ...{ upstream: error.upstream ?? this.resultOf(part).upstream, error, isOwn: isOwnFailure(error) },
    };
    events.partFailed.publish(event);
  }

  private skip(part: CompiledPart): void {
    this.resultOf(part).startedAt = this.ctx.clock.now();
    this.replace(part, 'skipped');
  }

  private replace(part: CompiledPart, state: PartState): void {
    const result = this.resultOf(part);
    result.value = part.otherwise ?? null;
    this.settle(part, result, state);
  }

  private settle(part: CompiledPart, result: RunningPart, state: PartState): void {
    result.state = state;
    result.duration = this.ctx.clock.now() - result.startedAt;
    if (result.answer) result.scope?.finish();
    this.keepPlaces(part, 0);
    this.left--;
    for (const next of part.dependents) if (--this.resultOf(next).waiting === 0) this.begin(next);
    if (this.left === 0) this.end();
  }

  /** The request was given up: at its deadline an answer without the late optional parts is better than none. */
  private giveUp(reason: BffError): void {
    if (this.isDone) return;
    const missing = this.plan.parts.find((part) => part.required && this.resultOf(part).state === undefined);
    if (reason.code !== 'deadline-exceeded') return this.end(reason);
    if (missing) return this.end(withPart(reason, missing));
    this.isLate = true;
    for (const part of this.plan.parts) if (this.resultOf(part).waiting === 0) this.fail(part, reason);
  }

  private end(error?: BffError): void {
    if (this.isDone) return;
    this.isDone = true;
    this.places.close();
    if (!error) {
      this.ctx.finish();
      return this.outcome.resolve(this.results);
    }
    this.ctx.abort(error);
    this.outcome.reject(error);
  }

  /** Gives back the places of calls that a part will not make any more. */
  private keepPlaces(part: CompiledPart, calls: number): void {
    const result = this.resultOf(part);
    if (part.places && result.calls > calls) this.places.renounce(part.places.need, result.calls - calls);
    result.calls = Math.min(result.calls, calls);
  }

  private isUsable(part: CompiledPart): boolean {
    return this.resultOf(part).answer !== undefined || part.otherwise !== undefined;
  }

  private resultOf(part: CompiledPart): RunningPart {
    return this.results[part.index]!;
  }
}

/** Whose keys they are: the client's, when the part reads nothing but the input, or the input alone holds more than `most`. */
function tooManyCalls(part: CompiledPart, input: unknown, most: number): BffError {
  if (part.needs.length > 0 && !holdsMoreKeys(input, most)) return new BffError('fan-out-exceeded');
  return new BffError('input-invalid', { detail: 'the input asks for more than one request may get' });
}
