import { DOCUMENT_SIZES, documentOf, documentPath, type DocumentSize } from './answers.ts';
import type { Upstreams } from './measure.ts';
import { recordedAnswers } from './product-page.ts';
import { answerBytes, startRawUpstream } from './raw-upstream.ts';

/** Which of the three servers stands for which of the shop's services. */
const SERVERS = [['CATALOG_URL'], ['INVENTORY_URL'], ['REVIEWS_URL', 'BASKET_URL', 'ORDERING_URL']];

/** Starts the upstreams all contestants share: three servers, each with every document and the recorded answers. */
export async function startUpstreams(): Promise<Upstreams> {
  const answers = new Map([...recordedAnswers()].map(([target, json]) => [target, answerBytes(json)]));
  for (const size of Object.keys(DOCUMENT_SIZES) as DocumentSize[]) {
    answers.set(documentPath(size), answerBytes(documentOf(size)));
  }
  const servers = await Promise.all(SERVERS.map(() => startRawUpstream(answers)));
  const environment = Object.fromEntries(
    SERVERS.flatMap((variables, i) => variables.map((variable) => [variable, servers[i]!.url])),
  );
  return { servers, environment };
}
