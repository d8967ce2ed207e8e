import { DOCUMENT_SIZES, documentOf, documentPath, type DocumentSize } from './answers.ts';
import type { Upstreams } from './measure.ts';
import { recordedAnswers } from './product-page.ts';
import { answerBytes, type RawUpstream, startRawUpstream } from './raw-upstream.ts';

/** Which of the three servers stands for which of the shop's services. */
const SERVERS = [['CATALOG_URL'], ['INVENTORY_URL'], ['REVIEWS_URL', 'BASKET_URL', 'ORDERING_URL']];

/** Milliseconds of the ten instances of one service, and of the slow one that takes the tenth one's place. */
const LATENCY = 3;
const SLOW = 300;

/**
 * Starts the upstreams all contestants share: three servers, each with every document and the recorded answers, and the
 * instances of one service, ten alike (`TEN_URL`) and a slow one in the place of the tenth (`ONE_SLOW_URL`).
 */
export async function startUpstreams(): Promise<Upstreams> {
  const answers = new Map([...recordedAnswers()].map(([target, json]) => [target, answerBytes(json)]));
  for (const size of Object.keys(DOCUMENT_SIZES) as DocumentSize[]) {
    answers.set(documentPath(size), answerBytes(documentOf(size)));
  }
  const servers = await Promise.all(SERVERS.map(() => startRawUpstream(answers)));
  const ten = await Promise.all(Array.from({ length: 10 }, () => startRawUpstream(answers, LATENCY)));
  const slow = await startRawUpstream(answers, SLOW);
  const environment = Object.fromEntries(
    SERVERS.flatMap((variables, i) => variables.map((variable) => [variable, servers[i]!.url])),
  );
  const listOf = (list: readonly RawUpstream[]) => list.map(({ url }) => url).join(',');
  const instances = { TEN_URL: listOf(ten), ONE_SLOW_URL: listOf([...ten.slice(1), slow]) };
  return { servers: [...servers, ...ten, slow], environment: { ...environment, ...instances } };
}
