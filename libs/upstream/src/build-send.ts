import { pipe } from '@portico/core';
import { RETRY } from './policies/retry.policy.ts';
import type { Send, Stage } from './send.ts';
import type { UpstreamSettings } from './settings.ts';
import { breaker } from './stages/breaker.stage.ts';
import { bulkhead } from './stages/bulkhead.stage.ts';
import { coalesce } from './stages/coalesce.stage.ts';
import { concurrencyLimit } from './stages/concurrency-limit.stage.ts';
import { countCalls } from './stages/count-calls.stage.ts';
import { credentials } from './stages/credentials.stage.ts';
import { deadline } from './stages/deadline.stage.ts';
import { fallback } from './stages/fallback.stage.ts';
import { hedge } from './stages/hedge.stage.ts';
import { retry } from './stages/retry.stage.ts';
import { RetryBudget } from './stages/retry/retry-budget.ts';
import { timeLeft } from './stages/time-left.stage.ts';
import { trace } from './stages/trace.stage.ts';

/**
 * The outbound pipeline, put together once for each upstream at boot.
 *
 * @param balanced sends one attempt to one instance and reads its answer
 * @param random from 0 to below 1
 */
export function buildSend(balanced: Send, settings: UpstreamSettings, random: () => number): Send {
  return pipe(balanced, ...stagesOf(settings, random));
}

/** A stage, or that it is off. */
type MaybeStage = Stage | false | undefined;

/**
 * The map of what happens to a call: the first stage is the outermost. Stages that are off for an upstream are not in its
 * pipeline.
 */
export function stagesOf(settings: UpstreamSettings, random: () => number): readonly Stage[] {
  const { name } = settings;
  const stages: MaybeStage[] = [
    trace,
    settings.fallback && fallback(settings.fallback, name),
    settings.coalesce && coalesce(),
    deadline,
    ...repeating(settings, random),
    tellsWhoCalls(settings) && credentials(settings, name),
    settings.breaker && breaker(settings.breaker, name),
    settings.bulkhead && bulkhead(settings.bulkhead, name),
    settings.concurrencyLimit && concurrencyLimit(settings.concurrencyLimit, name),
    settings.timeLeftHeader !== false && timeLeft(settings.timeLeftHeader),
  ];
  return stages.filter((stage) => typeof stage === 'function');
}

/** Whether an upstream is told anything about who calls. */
function tellsWhoCalls({ token, claims }: UpstreamSettings): boolean {
  return token !== 'none' || Object.keys(claims).length > 0;
}

/** The stages that send a call more than once, within the one budget that they share. */
function repeating({ name, retry: retrying, hedge: hedging }: UpstreamSettings, random: () => number): MaybeStage[] {
  const budget = new RetryBudget(retrying || RETRY.parse({}));
  return [
    retrying ? retry(retrying, budget, name, random) : hedging && countCalls(budget),
    hedging && hedge(hedging, budget, name),
  ];
}
