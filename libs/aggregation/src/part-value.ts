import { BffError } from '@portico/core';
import type { PartAnswer } from './check-answer.ts';
import type { CompiledPart } from './compile-plan.ts';
import { parseJson } from './parse-json.ts';

/** Whether anyone reads the value of an answer, or its upstream wants it checked. */
export function isParsed(part: CompiledPart, answer: PartAnswer): boolean {
  return part.isRead || answer.validate;
}

/**
 * The value of an answer, if it is parsed.
 *
 * @param left bytes that may be parsed; default what the part may have parsed in all
 * @throws BffError `upstream-body-too-large` when it is larger: parsing holds up all other requests; as `parseJson`
 */
export function valueOf(part: CompiledPart, answer: PartAnswer, left = part.maxParsedBytes): unknown {
  if (answer.value !== undefined) return answer.value;
  if (!isParsed(part, answer)) return undefined;
  if (answer.body.length > left) throw tooLarge(part);
  return parseJson(answer.body);
}

function tooLarge({ name, maxParsedBytes }: CompiledPart): BffError {
  const remedy =
    `ask for less, pass the answer on as it is, or raise maxParsedBytes of the part "${name}"; ` +
    'each MiB that is parsed holds up all other requests for some 30 ms';
  return new BffError('upstream-body-too-large', {
    detail: `the answer of an upstream has more bytes than may be parsed: ${maxParsedBytes}`,
    cause: new Error(remedy),
  });
}
