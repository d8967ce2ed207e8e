import type { CompiledPart } from './compile-plan.ts';
import type { PartResult } from './part-result.ts';

/**
 * `x-portico-parts: product;ok, stock;timeout`. A structured field (RFC 9651): a list of tokens, each the name of a part,
 * with one parameter without a value (true), its state; see `PartState`. In the order of the plan.
 */
export function formatParts(parts: readonly CompiledPart[], results: readonly PartResult[]): string {
  let text = '';
  for (const part of parts) {
    text += `${part.index === 0 ? '' : ', '}${part.name};${results[part.index]!.state}`;
  }
  return text;
}

/**
 * `server-timing: product;dur=12.3, stock;dur=200.1;desc="upstream-timeout"` (W3C Server Timing): milliseconds from the
 * start of a part to its end, and for a part that is missing the error code, or `skipped`.
 */
export function formatTiming(parts: readonly CompiledPart[], results: readonly PartResult[]): string {
  let text = '';
  for (const part of parts) {
    const { state, code, duration } = results[part.index]!;
    text += `${part.index === 0 ? '' : ', '}${part.name};dur=${Math.round(duration * 10) / 10}`;
    if (state !== 'ok') text += `;desc="${code ?? state}"`;
  }
  return text;
}
