import { BffError } from './bff-error.ts';
import { hideSecrets } from './hide-secrets.ts';

/** Characters of a description. */
const MAX_LENGTH = 500;
/** Characters of one error that are looked at. */
const MAX_MESSAGE = 2_000;
/** Errors under errors. */
const MAX_DEPTH = 6;
/** Errors beside each other, as when a host has several addresses. */
const MAX_BRANCHES = 4;

/**
 * Why something failed, in one line for the log: what an error says and what each error underneath it says, from the outer to the
 * inner, without stacks. It has at most 500 characters, no control characters, and nothing that looks like a secret.
 *
 * @returns undefined when there is nothing to say beyond the code of a `BffError`
 */
export function describeCause(thrown: unknown): string | undefined {
  const said = thrown instanceof BffError ? [thrown.detail, ...sayings(thrown.cause, 1)] : sayings(thrown, 0);
  const code = thrown instanceof BffError ? thrown.code : undefined;
  const told: string[] = [];
  for (const text of said) if (text && text !== code && !told.some((before) => before.includes(text))) told.push(text);
  return told.length === 0 ? undefined : oneLine(told.join(': '));
}

/** A failure in one line for the log: its code, if it is a `BffError`, and its cause as `describeCause` tells it. */
export function describeFailure(thrown: unknown): string {
  const cause = describeCause(thrown);
  if (!(thrown instanceof BffError)) return cause ?? 'nothing is known of it';
  return cause === undefined ? thrown.code : `${thrown.code}: ${cause}`;
}

function sayings(error: unknown, depth: number): string[] {
  if (error === undefined || error === null || depth > MAX_DEPTH) return [];
  if (!(error instanceof Error)) return [typeof error === 'object' ? 'something that is no error' : String(error)];
  const beside = (error as { errors?: unknown }).errors;
  const branches = Array.isArray(beside) ? beside.slice(0, MAX_BRANCHES) : [];
  const several = branches
    .map((branch) =>
      sayings(branch, depth + 1)
        .filter(Boolean)
        .join(': '),
    )
    .join('; ');
  return [ofError(error), several, ...sayings(error.cause, depth + 1)];
}

function ofError(error: Error): string {
  if (error instanceof BffError) return [error.code, error.detail].filter(Boolean).join(' ');
  const { name, code } = error as { name: unknown; code?: unknown };
  // It quotes what was read.
  const message = error instanceof SyntaxError ? 'the text is not valid' : String(error.message).slice(0, MAX_MESSAGE);
  const kind = typeof name === 'string' && !UNTELLING.has(name) ? name : '';
  const told = kind !== '' && message !== '' ? `${kind}: ${message}` : kind + message;
  if (typeof code !== 'string' || message.includes(code)) return told;
  return told === '' ? code : `${told} (${code})`;
}

/** Names of errors that say nothing. */
const UNTELLING: ReadonlySet<string> = new Set(['Error', 'AggregateError']);

/** Control characters, line separators, and those that turn the direction of what a terminal shows. */
const STEERING = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

function oneLine(text: string): string {
  const line = hideSecrets(text)
    .replace(/\s+/g, ' ')
    .replace(STEERING, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH - 1)}…` : line;
}
