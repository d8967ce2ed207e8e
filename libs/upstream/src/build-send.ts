import { pipe } from '@portico/core';
import { sendToInstance } from './gates/balance.gate.ts';
import { BreakerGate } from './gates/breaker.gate.ts';
import { BulkheadGate } from './gates/bulkhead.gate.ts';
import { ConcurrencyLimitGate } from './gates/concurrency-limit.gate.ts';
import type { Gate } from './gates/gate.ts';
import { gates } from './gates/gates.stage.ts';
import { TimeLeftGate } from './gates/time-left.gate.ts';
import { UploadGate } from './gates/upload.gate.ts';
import { openPlaces, type Places } from './places.ts';
import type { BreakerPolicy } from './policies/breaker.policy.ts';
import { RETRY } from './policies/retry.policy.ts';
import type { Send, Stage } from './send.ts';
import type { UpstreamSettings } from './settings.ts';
import { coalesce } from './stages/coalesce.stage.ts';
import { countCalls } from './stages/count-calls.stage.ts';
import { credentials } from './stages/credentials.stage.ts';
import { deadline } from './stages/deadline.stage.ts';
import { fallback } from './stages/fallback.stage.ts';
import { hedge } from './stages/hedge.stage.ts';
import { retry } from './stages/retry.stage.ts';
import { RetryBudget } from './stages/retry/retry-budget.ts';
import { trace } from './stages/trace.stage.ts';

/**
 * The outbound pipeline, put together once for each upstream at boot.
 *
 * @param balance gives each attempt its instance
 * @param random from 0 to below 1
 * @param places shared with the transports and with pages; its own by default
 */
export function buildSend(
  balance: Gate,
  settings: UpstreamSettings,
  random: () => number,
  places: Places = openPlaces(settings),
): Send {
  return pipe(sendToInstance, ...stagesOf(balance, settings, random, places));
}

/** A stage, or that it is off. */
type MaybeStage = Stage | false | undefined;

/**
 * The map of what happens to a call: the first stage is the outermost. Stages that are off for an upstream are not in its
 * pipeline.
 */
export function stagesOf(
  balance: Gate,
  settings: UpstreamSettings,
  random: () => number,
  places: Places = openPlaces(settings),
): readonly Stage[] {
  const { name } = settings;
  const stages: MaybeStage[] = [
    trace,
    settings.fallback && fallback(settings.fallback, name),
    settings.coalesce && coalesce(),
    deadline,
    ...repeating(settings, random),
    tellsWhoCalls(settings) && credentials(settings, name),
    gates(gatesOf(balance, settings, places)),
  ];
  return stages.filter((stage) => typeof stage === 'function');
}

/** What each attempt has to pass, in this order; gates that are off do not stand there. */
function gatesOf(balance: Gate, settings: UpstreamSettings, { transfers, slots }: Places): readonly Gate[] {
  const { name, breaker, concurrencyLimit, timeLeftHeader } = settings;
  const row = [
    breaker && breakerOf(breaker, name, balance),
    new UploadGate(transfers, name),
    slots && new BulkheadGate(slots),
    concurrencyLimit && new ConcurrencyLimitGate(concurrencyLimit, name),
    timeLeftHeader !== false && new TimeLeftGate(timeLeftHeader),
    balance,
  ];
  return row.filter((gate) => typeof gate === 'object');
}

function breakerOf(policy: BreakerPolicy, name: string, balance: Gate): Gate {
  const breaker = new BreakerGate(policy, name);
  balance.onRenewal?.(() => breaker.probeNow());
  return breaker;
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
