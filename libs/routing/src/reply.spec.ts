import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { BffError } from '@portico/core';
import { testContext } from '@portico/testing';
import type { FastifyReply } from 'fastify';
import { writeAnswer } from './reply.ts';

describe('an answer whose stream broke before it could be written', () => {
  it('is a failure, and leaves its client with neither half an answer nor none', async () => {
    const body = new Readable({ read: () => undefined }).on('error', () => undefined);
    body.destroy(new BffError('upstream-reset'));
    await turn();
    const server = createServer((_, raw) => {
      try {
        const reply = { raw, hijack: () => undefined } as unknown as FastifyReply;
        writeAnswer(reply, { status: 200, headers: [], body }, testContext());
      } catch (error) {
        raw.writeHead(502).end((error as BffError).code);
      }
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const answer = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2_000) });
      expect([answer.status, await answer.text()]).toEqual([502, 'upstream-reset']);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
