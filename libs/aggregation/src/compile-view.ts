import { BffError, ConfigError, type RequestContext } from '@portico/core';
import type { HeldBody } from '@portico/upstream';
import type { z } from 'zod';
import type { CallHeaders, ViewUpstreams } from './ask-upstream.ts';
import { formatCacheControl, strictestOf } from './cache-control.ts';
import type { PartAnswer } from './check-answer.ts';
import { problemsOfView } from './check-view.ts';
import { type CompiledPart, type CompiledPlan, compilePlan } from './compile-plan.ts';
import { formatParts, formatTiming } from './parts-header.ts';
import type { PartResult } from './part-result.ts';
import { runPlan } from './run-plan.ts';
import { splicer } from './splice.ts';
import { unionOfVary } from './vary.ts';
import type { View } from './view.ts';

/** The answer of a view, ready to be written. */
export interface ViewAnswer {
  /** 200. */
  readonly status: number;
  /** Flat list `name, value, ...`, names in lower case; framing is left to whoever writes it. */
  readonly headers: string[];
  readonly body: HeldBody;
}

/**
 * A view at work: checks the input, has the page let in, runs the plan, puts the answer together.
 *
 * Rejects with a BffError: `input-invalid` with `fields`; `upstream-saturated` without `part` when there is no room for the page; the failure of a required part with `part`; `deadline-exceeded`;
 * the reason a request was given up for; `internal` when the mapper throws.
 */
export type CompiledView = (input: unknown, ctx: RequestContext) => Promise<ViewAnswer>;

/**
 * Makes a view ready to run, once at boot.
 *
 * @param addHeaders adds to the header fields of every call what upstreams are told of the client; default nothing
 * @throws ConfigError listing everything that is wrong with it
 */
export function compileView(view: View, upstreams: ViewUpstreams, addHeaders?: CallHeaders): CompiledView {
  const problems = problemsOfView(view, upstreams);
  if (problems.length > 0) throw new ConfigError(problems);
  const plan = compilePlan(view, upstreams, addHeaders);
  const splice = splicer(plan.parts);
  return async (input, ctx) => {
    const checked = view.input.safeParse(input);
    if (!checked.success) throw inputError(checked.error);
    const entered = plan.admission.enter(ctx);
    const places = entered instanceof Promise ? await entered : entered;
    const results = await runPlan(plan, { input: checked.data, places }, ctx);
    const body = view.map ? mapped(view.map, plan.parts, results, { input: checked.data, ctx }) : splice(results);
    return { status: 200, headers: headersOf(plan, results), body };
  };
}

function inputError(error: z.ZodError): BffError {
  const fields = error.issues.map(({ path, message }) => ({ field: path.map(String).join('.'), message }));
  return new BffError('input-invalid', { detail: 'The input of this page is not valid.', fields });
}

function headersOf(plan: CompiledPlan, results: readonly PartResult[]): string[] {
  const headers = ['content-type', 'application/json', 'cache-control', cacheControlOf(results)];
  const vary = unionOfVary(results.map(({ answer }) => answer ?? MISSING));
  if (vary !== undefined) headers.push('vary', vary);
  headers.push('x-portico-parts', formatParts(plan.parts, results));
  headers.push('server-timing', formatTiming(plan.parts, results));
  return headers;
}

const MISSING = { vary: undefined };

/** The strictest of the parts; an answer that something is missing of is never stored. */
function cacheControlOf(results: readonly PartResult[]): string {
  const answers: PartAnswer[] = [];
  for (const { answer } of results) {
    if (!answer) return 'no-store';
    answers.push(answer);
  }
  return formatCacheControl(strictestOf(answers));
}

function mapped(
  map: NonNullable<View['map']>,
  parts: readonly CompiledPart[],
  results: readonly PartResult[],
  { input, ctx }: { input: unknown; ctx: RequestContext },
): HeldBody {
  const values: Record<string, unknown> = {};
  for (const part of parts) values[part.name] = results[part.index]!.value;
  try {
    const chunk = Buffer.from(JSON.stringify(map(values, input)));
    return { chunks: [chunk], length: chunk.length };
  } catch (cause) {
    const name = ctx.route ?? 'a view';
    throw new BffError('internal', { cause: new Error(`the mapper of ${name} failed`, { cause }) });
  }
}
