import { readFileSync } from 'node:fs';

/**
 * What the shop's services answered to the calls of the web BFF's product page: JSON by request target, recorded once
 * from the running shop. The services themselves would compete with the contestant for the machine's cores.
 */
export function recordedAnswers(): Map<string, string> {
  const file = new URL('../fixtures/product-page.json', import.meta.url);
  const recorded = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  return new Map(Object.entries(recorded).map(([target, answer]) => [target, JSON.stringify(answer)]));
}
