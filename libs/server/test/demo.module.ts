import { setTimeout as pause } from 'node:timers/promises';
import { All, Controller, Get, Logger, Module, Param, Req, Res } from '@nestjs/common';
import { BffError, ConfigError, contextOf } from '@portico/core';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What a handler of routing does: takes the reply over and writes the head itself. */
function writeHead(request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack();
  const context = contextOf(request.raw);
  reply.raw.writeHead(200, ['content-type', 'application/octet-stream', ...context.replyHeaders]);
}

/** A small BFF to hold the server against. */
@Controller()
class DemoController {
  private readonly logger = new Logger('Demo');

  /** Says which request it was, with its body, which is read to the end first. */
  @All('/demo/inspect')
  async inspect(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { raw } = request;
    const chunks: Buffer[] = [];
    const context = contextOf(request.raw);
    const aborted = new Promise<never>((_resolve, reject) => context.onAbort(reject));
    const read = async (): Promise<void> => {
      for await (const chunk of raw) chunks.push(chunk as Buffer);
    };
    await Promise.race([read(), aborted]);
    writeHead(request, reply);
    const { method, url } = raw;
    reply.raw.end(JSON.stringify({ method, url, body: Buffer.concat(chunks).toString('latin1'), ...context.client }));
  }

  /** The body as it comes. */
  @All('/demo/echo')
  echo(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    writeHead(request, reply);
    request.raw.pipe(reply.raw);
  }

  /** Answers after a while, unless the request is given up. */
  @Get('/demo/slow/:time')
  async slow(@Param('time') time: string, @Req() request: FastifyRequest): Promise<{ slow: string }> {
    const aborted = new Promise<never>((_resolve, reject) => contextOf(request.raw).onAbort(reject));
    await Promise.race([pause(Number(time), undefined, { ref: false }), aborted]);
    return { slow: time };
  }

  /** 16 MB in one piece. */
  @Get('/demo/large')
  large(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    writeHead(request, reply);
    reply.raw.end(Buffer.alloc(16 * 1024 * 1024));
  }

  /** Never ends, as fast as the client reads. */
  @Get('/demo/endless')
  endless(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    writeHead(request, reply);
    const chunk = Buffer.alloc(65_536);
    const write = (): void => {
      if (reply.raw.destroyed) return;
      if (reply.raw.write(chunk)) setImmediate(write);
      else reply.raw.once('drain', write);
    };
    write();
  }

  /** Throws what the path says. */
  @Get('/demo/throw/:what')
  fail(@Param('what') what: string): never {
    if (what === 'bff') {
      throw new BffError('upstream-timeout', { detail: 'stock is late', upstream: 'inventory', part: 'stock' });
    }
    throw new Error('connect ECONNREFUSED 10.1.2.3:4002 password=hunter2');
  }

  /** Logs secrets as a careless developer would. */
  @Get('/demo/log')
  log(): { logged: boolean } {
    const secrets = {
      authorization: 'Bearer s3cret',
      cookie: 'sid=s3cret',
      'set-cookie': 's3cret',
      password: 's3cret',
    };
    this.logger.log({ ...secrets, token: 's3cret', headers: secrets, request: { headers: secrets } });
    this.logger.warn('a sentence');
    return { logged: true };
  }

  /** Forgets a promise that rejects. */
  @Get('/demo/unhandled')
  unhandled(): { oops: boolean } {
    void Promise.reject(new Error('nobody listens'));
    return { oops: true };
  }
}

/** The module of the demo. */
@Module({ controllers: [DemoController] })
export class DemoModule {}

/** A module that finds its own configuration wanting. */
@Module({
  providers: [
    {
      provide: 'broken',
      useFactory: () => {
        throw new ConfigError(['routes: /a appears twice', 'CATALOG_URL: must be a URL']);
      },
    },
  ],
})
export class BrokenModule {}
