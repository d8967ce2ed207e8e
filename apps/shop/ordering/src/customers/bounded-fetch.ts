/** The largest answer of an identity provider that is read; metadata and keys have a few KB. */
const MOST_BYTES = 262_144;

/**
 * `fetch` for answers that are read whole into memory: it gives up one of more than 256 KB.
 *
 * @throws Error also when there is no answer, or a redirect
 */
export async function boundedFetch(url: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(url, { ...init, redirect: 'error' });
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body ?? []) {
    length += chunk.length;
    if (length > MOST_BYTES) throw new Error(`it answered with more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return new Response(length === 0 ? null : Buffer.concat(chunks), { status: answer.status, headers: answer.headers });
}
