import { PassThrough } from 'node:stream';
import { ConflictException, Controller, Get, HttpException, Module, Param, Res, StreamableFile } from '@nestjs/common';
import { Allow, BffError, Timeout } from '@portico/core';
import { httpRequest } from '@portico/testing';
import type { FastifyReply } from 'fastify';
import { createFastify } from './fastify-front.ts';
import { openLog } from './logger.ts';
import { ProblemFilter } from './problem.filter.ts';
import { loadServerConfig } from './server-config.ts';
import { type Demo, startDemo } from '../test/demo.ts';

/** Node refuses to write it. */
const UNSENDABLE = 'Zoë 日本';

@Controller('unsendable')
@Timeout(60_000)
class UnsendableController {
  @Get('kept/:name')
  @Allow('public')
  kept(@Param('name') name: string, @Res({ passthrough: true }) reply: FastifyReply): never {
    reply.header(name, name === 'x-list' ? ['a', UNSENDABLE] : UNSENDABLE).header('retry-after', '30');
    throw name === 'x-bff' ? new BffError('conflict') : new ConflictException('no');
  }

  @Get('object')
  @Allow('public')
  object(@Res({ passthrough: true }) reply: FastifyReply): never {
    reply.header('x-object', Object.create(null) as string);
    throw new ConflictException('no');
  }

  @Get('error')
  @Allow('public')
  error(): never {
    throw new BffError('conflict', { headers: { 'x-note': UNSENDABLE } });
  }

  @Get('error-name')
  @Allow('public')
  errorName(): never {
    throw new BffError('conflict', { headers: { 'x note': 'a' } });
  }

  @Get('response')
  @Allow('public')
  response(@Res({ passthrough: true }) reply: FastifyReply): never {
    reply.header('location', UNSENDABLE);
    throw new HttpException('Found', 302);
  }

  @Get('value')
  @Allow('public')
  value(@Res({ passthrough: true }) reply: FastifyReply): string {
    reply.header('x-note', UNSENDABLE);
    return 'a';
  }

  @Get('stream')
  @Allow('public')
  stream(@Res({ passthrough: true }) reply: FastifyReply): StreamableFile {
    reply.header('x-note', UNSENDABLE);
    return new StreamableFile(new PassThrough().end('a'));
  }
}

@Module({ controllers: [UnsendableController] })
class UnsendableModule {}

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo({}, { module: UnsendableModule });
});
afterAll(() => demo.close());

const get = (path: string) => httpRequest(`${demo.url}/unsendable/${path}`, { signal: AbortSignal.timeout(3_000) });

/** The lines of the log about a request for which `thrown` was thrown after a field was set. */
async function linesOf(name: string, value: string, thrown: unknown): Promise<readonly object[]> {
  const lines: object[] = [];
  const config = loadServerConfig(0, {});
  const processLog = openLog('test', config, { write: (line: string) => void lines.push(JSON.parse(line) as object) });
  const filter = new ProblemFilter(processLog.log);
  const { fastify } = createFastify(config, processLog);
  fastify.get('/', (request, reply) => filter.answer(thrown, request, reply.header(name, value)));
  const url = await fastify.listen({ host: '127.0.0.1', port: 0 });
  await httpRequest(url, { headers: { 'x-request-id': 'r-1' } });
  await fastify.close();
  return lines;
}

describe('a field that cannot be sent', () => {
  it('is named in the log', async () => {
    const found = { level: 50, requestId: 'r-1', msg: expect.stringContaining('"x-note"') as string };
    expect(await linesOf('x-note', UNSENDABLE, new ConflictException('no'))).toContainEqual(
      expect.objectContaining(found),
    );
    const error = new BffError('conflict', { headers: { 'x-note': UNSENDABLE } });
    expect(await linesOf('x-other', 'a', error)).toContainEqual(expect.objectContaining(found));
  });

  it.each(['x-note', 'x-list', 'x note', 'x-bff'])(
    'does not go along with a problem, and others do: %s',
    async (name) => {
      const { status, headers, json } = await get(`kept/${encodeURIComponent(name)}`);
      expect([status, json()]).toMatchObject([409, { code: 'conflict' }]);
      expect(headers['retry-after']).toBe('30');
      expect(headers['x-list']).toBe(name === 'x-list' ? 'a' : undefined);
      expect(headers).not.toHaveProperty('x-note');
    },
  );

  it.each(['object', 'error', 'error-name', 'response', 'value', 'stream'])(
    'is a mistake elsewhere: %s',
    async (path) => {
      const { status, headers, json } = await get(path);
      expect([status, json()]).toMatchObject([500, { code: 'internal' }]);
      for (const name of ['location', 'x-note', 'x note']) expect(headers).not.toHaveProperty(name);
    },
  );
});
