import type { IncomingMessage } from 'node:http';
import { BffError, contextOf } from '@portico/core';

const MOST_BYTES = 16_384;
const TIMEOUT = 10_000;
/** Milliseconds for the whole of a method that reads a form: the client is late before the method is. */
export const FORM_METHOD_TIMEOUT = TIMEOUT + 5_000;
const FORM = /^application\/x-www-form-urlencoded\s*(?:;|$)/i;

/**
 * Reads the form in a request's body: at most 16 KB, within 10 seconds.
 *
 * @throws BffError `input-invalid` when it is no form, `body-too-large`, `request-timeout`, `client-aborted`
 */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  if (!FORM.test(request.headers['content-type'] ?? '')) {
    throw new BffError('input-invalid', { detail: 'The body must be a form: application/x-www-form-urlencoded.' });
  }
  return new URLSearchParams(await readText(request));
}

/** The value of a field that stands in a form once; undefined otherwise. */
export function onlyValue(form: URLSearchParams, name: string): string | undefined {
  const [value, ...further] = form.getAll(name);
  return further.length === 0 ? value : undefined;
}

/** By listeners: iteration would end the connection with the body, and the answer with it. */
function readText(request: IncomingMessage): Promise<string> {
  // A child: at its end the controller would answer that the BFF was late.
  const ctx = contextOf(request).child();
  ctx.expireAfter(TIMEOUT);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const stop = (): void => {
      request.off('data', take).off('end', finish).off('error', fail).off('close', fail).pause();
      ctx.finish();
    };
    const refuse = (error: BffError): void => {
      stop();
      reject(error);
    };
    const take = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > MOST_BYTES) refuse(new BffError('body-too-large', { detail: `at most ${MOST_BYTES} bytes` }));
      else chunks.push(chunk);
    };
    const finish = (): void => {
      stop();
      resolve(Buffer.concat(chunks).toString('utf8'));
    };
    const fail = (): void => refuse(new BffError('client-aborted'));
    const giveUp = (reason: BffError): void =>
      refuse(reason.code === 'deadline-exceeded' ? new BffError('request-timeout', { cause: reason }) : reason);
    request.on('data', take).on('end', finish).on('error', fail).on('close', fail);
    ctx.onAbort(giveUp);
  });
}
