import type { ServerResponse } from 'node:http';
import { type Behaviour, type RecordedRequest, reply, startFakeUpstream } from '@portico/testing';
import { LIST } from './recorded.ts';

/** A question to the fake API server. */
export interface Question {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
}

/** A watch that the fake API server has accepted. */
export interface FakeWatch extends Question {
  /** Whether the client has gone, or the server has ended it. */
  readonly closed: boolean;
  /** Lines, sent together. */
  send(...lines: readonly string[]): void;
  /** Bytes as they are. */
  write(bytes: string | Uint8Array): void;
  /** A clean end. */
  end(): void;
  /** An end without the last chunk. */
  cut(): void;
}

/** A fake API server: lists the recorded slices and holds watches open, unless it is told otherwise. */
export interface FakeApi {
  readonly url: string;
  /** Lists and their pages asked for so far. */
  readonly lists: readonly Question[];
  /** Watches asked for so far, refused ones too. */
  readonly asked: readonly Question[];
  /** Watches accepted so far. */
  readonly watches: readonly FakeWatch[];
  /** From now on lists are answered by these, in turn, the last for all that follow. */
  answerLists(...behaviours: readonly Behaviour[]): void;
  /** The same for watches; none: they are accepted. */
  answerWatches(...behaviours: readonly Behaviour[]): void;
  close(): Promise<void>;
}

/** Starts one. */
export async function startFakeApi(): Promise<FakeApi> {
  const lists: Question[] = [];
  const asked: Question[] = [];
  const watches: FakeWatch[] = [];
  const accept: Behaviour = (request, response) => void watches.push(accepted(request, response));
  let listsBy = inTurn([json(200, LIST)]);
  let watchesBy = inTurn([accept]);
  const upstream = await startFakeUpstream((request, response) => {
    const question = questionOf(request);
    const isWatch = question.query.watch !== undefined;
    (isWatch ? asked : lists).push(question);
    return (isWatch ? watchesBy : listsBy)()(request, response);
  });
  return {
    url: upstream.url,
    lists,
    asked,
    watches,
    answerLists: (...behaviours) => void (listsBy = inTurn(behaviours)),
    answerWatches: (...behaviours) => void (watchesBy = inTurn(behaviours.length > 0 ? behaviours : [accept])),
    close: () => upstream.close(),
  };
}

/** A recorded answer. */
export function json(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Behaviour {
  return reply({ status, body, headers: { 'content-type': 'application/json', ...headers } });
}

function inTurn(behaviours: readonly Behaviour[]): () => Behaviour {
  let next = 0;
  return () => behaviours[Math.min(next++, behaviours.length - 1)]!;
}

function questionOf({ url, headers }: RecordedRequest): Question {
  const { pathname, searchParams } = new URL(url, 'http://api');
  return { path: pathname, query: Object.fromEntries(searchParams), authorization: headers.authorization };
}

function accepted(request: RecordedRequest, response: ServerResponse): FakeWatch {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  return {
    ...questionOf(request),
    get closed() {
      return response.destroyed || response.writableEnded;
    },
    send: (...lines) => void response.write(lines.map((line) => `${line}\n`).join('')),
    write: (bytes) => void response.write(bytes),
    end: () => void response.end(),
    cut: () => response.destroy(),
  };
}
