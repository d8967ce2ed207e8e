import type { CustomFetch } from 'openid-client';

/** The largest answer of an identity provider that is read; the metadata of big ones has some 10 KB. */
const MOST_BYTES = 262_144;

const LOOPBACK = /^(?:127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\]|localhost)$/;

/** Whether requests to an address are safe from eavesdroppers: https, or http that does not leave this machine. */
export function isSecure(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname));
}

/** An identity provider that did not answer as it should; the message names no address and quotes nothing. */
export class ProviderFault extends Error {
  override readonly name = 'ProviderFault';
}

/**
 * The one way in which requests go to the identity provider: to https (or this machine) only, with a deadline for the whole
 * answer, which is held in memory up to 256 KB. No redirect is followed.
 *
 * @param timeout milliseconds
 */
export function boundedFetch(timeout: number): CustomFetch {
  return async function fetchWithinBounds(url, { body, headers, method }) {
    if (!isSecure(new URL(url))) throw new ProviderFault('its metadata names an address that is not https');
    // Instead of the signal that comes along: that one knows whole seconds only.
    const signal = AbortSignal.timeout(timeout);
    const answer = await fetch(url, { body, headers, method, redirect: 'manual', signal });
    const bytes = await readAll(answer);
    const isEmpty = bytes.length === 0 || answer.status === 204 || answer.status === 304;
    return new Response(isEmpty ? null : bytes, { status: answer.status, headers: answer.headers });
  };
}

async function readAll(answer: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body ?? []) {
    length += chunk.length;
    if (length > MOST_BYTES) throw new ProviderFault(`it answered with more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Uint8Array.from(Buffer.concat(chunks, length));
}
