import {
  All,
  Body,
  type CanActivate,
  Controller,
  type ExecutionContext,
  ForbiddenException,
  Get,
  Headers,
  Module,
  ParseIntPipe,
  Patch,
  Post,
  Put,
  RawBody,
  Req,
  UseGuards,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Allow } from '@portico/core';
import { httpRequest, rawRequest } from '@portico/testing';
import * as fc from 'fast-check';
import type { FastifyRequest } from 'fastify';
import { type Demo, request, send, startDemo } from '../../test/demo.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };

/** The last body, as the guard of the controller saw it. */
let seenByGuard: unknown;

class SignatureGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { body, rawBody } = context.switchToHttp().getRequest<FastifyRequest & { rawBody?: Buffer }>();
    seenByGuard = { body, raw: rawBody?.toString() };
    return true;
  }
}

/** Lets nobody in who says so. */
class Door implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.switchToHttp().getRequest<FastifyRequest>().headers['x-refuse']) throw new ForbiddenException();
    return true;
  }
}

@Controller('bodies')
class BodiesController {
  @Post('whole')
  @Allow('public')
  whole(@Body() body: unknown): { readonly body: unknown } {
    return { body: body ?? 'nothing' };
  }

  @Post('one')
  @Allow('public')
  one(@Body('count', ParseIntPipe) count: number): { readonly count: number } {
    return { count };
  }

  @Put('bytes')
  @Allow('public')
  bytes(@RawBody() bytes: Buffer | undefined, @Req() { body }: FastifyRequest): object {
    return { bytes: bytes?.toString('hex'), body };
  }

  @Patch('both')
  @Allow('public')
  both(@Body() body: unknown, @RawBody() bytes: Buffer, @Req() req: FastifyRequest & { rawBody: Buffer }): object {
    return { body, bytes: bytes.toString(), same: bytes === req.rawBody };
  }

  @Post('signed')
  @Allow('public')
  @UseGuards(SignatureGuard)
  signed(@Body() body: unknown): object {
    return { body };
  }

  @All('any')
  @Allow('public')
  any(@Body() body: unknown): object {
    return { body: body ?? 'nothing' };
  }

  /** Reads it as it comes. */
  @Post('unasked')
  @Allow('public')
  async unasked(@Req() { raw, body }: FastifyRequest, @Headers('content-type') type: string): Promise<object> {
    let length = 0;
    for await (const chunk of raw) length += (chunk as Buffer).length;
    return { length, type, body: body === undefined ? 'unread' : 'read' };
  }

  @Get('ping')
  @Allow('public')
  ping(): string {
    return 'pong';
  }
}

@Module({ controllers: [BodiesController], providers: [{ provide: APP_GUARD, useClass: Door }] })
class BodiesModule {}

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo({}, { module: BodiesModule });
});
afterAll(() => demo.close());

type Headers_ = Readonly<Record<string, string>>;

async function call(method: string, path: string, headers: Headers_, body?: string | Uint8Array) {
  const {
    status,
    text,
    headers: fields,
  } = await httpRequest(`${demo.url}/bodies/${path}`, { method, headers, ...(body !== undefined && { body }) });
  return { status, fields, json: text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>) };
}
const post = (path: string, headers: Headers_, body?: string | Uint8Array) => call('POST', path, headers, body);

describe('a body that a handler asks for', () => {
  it.each([
    ['application/json', '{"a":[1,null,"ü"]}', { a: [1, null, 'ü'] }],
    ['application/json; charset=utf-8', '"text"', 'text'],
    ['Application/JSON;charset="UTF-8"', '0', 0],
    ['application/merge-patch+json', '{"a":null}', { a: null }],
    ['application/json', '\ufeff{"a":1}', { a: 1 }],
    ['application/x-www-form-urlencoded', 'a=1&b=x+y%C3%BC&a=2&empty=', { a: ['1', '2'], b: 'x yü', empty: '' }],
    [
      'application/x-www-form-urlencoded;charset=UTF-8',
      'constructor=1&toString=2',
      { constructor: '1', toString: '2' },
    ],
  ])('is parsed: %s', async (type, text, body) => {
    expect(await post('whole', { 'content-type': type }, text)).toMatchObject({ status: 201, json: { body } });
  });

  it('is parsed whatever JSON it is, as JSON.parse does', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.json().filter((text) => !/__proto__|constructor/.test(text)),
        async (text) => {
          const { json } = await post('whole', JSON_TYPE, text);
          expect(json).toEqual({ body: (JSON.parse(text) as unknown) ?? 'nothing' });
        },
      ),
      { numRuns: 50 },
    );
  });

  it('goes through pipes, whole or by key', async () => {
    expect(await post('one', JSON_TYPE, '{"count":"12"}')).toMatchObject({ status: 201, json: { count: 12 } });
    expect(await post('one', FORM_TYPE, 'count=7')).toMatchObject({ status: 201, json: { count: 7 } });
    expect(await post('one', JSON_TYPE, '{"count":"x"}')).toMatchObject({
      status: 400,
      json: { code: 'input-invalid', detail: 'Validation failed (numeric string is expected)' },
    });
  });

  it('arrives as bytes, of whatever type, for @RawBody()', async () => {
    const bytes = Uint8Array.from([0, 255, 10, 13]);
    for (const type of ['application/octet-stream', 'application/json', 'image/png']) {
      expect(await call('PUT', 'bytes', { 'content-type': type, 'content-encoding': 'x' }, bytes)).toMatchObject({
        status: 200,
        json: { bytes: '00ff0a0d' },
      });
    }
    expect((await call('PUT', 'bytes', {}, bytes)).json).toEqual({ bytes: '00ff0a0d' });
  });

  it('arrives both ways, the bytes as `rawBody` of the request too', async () => {
    expect((await call('PATCH', 'both', JSON_TYPE, '{ "a": 1}')).json).toEqual({
      body: { a: 1 },
      bytes: '{ "a": 1}',
      same: true,
    });
  });

  it('is there for guards of the controller, such as one that checks a signature', async () => {
    await post('signed', JSON_TYPE, '{"a": 1}');
    expect(seenByGuard).toEqual({ body: { a: 1 }, raw: '{"a": 1}' });
  });

  it.each([
    ['no field that says there is one', {}, undefined],
    ['a length of 0', { 'content-length': '0', ...JSON_TYPE }, undefined],
    ['no chunk', { 'transfer-encoding': 'chunked', ...JSON_TYPE }, ''],
  ])('is undefined where there is none: %s', async (_name, headers, body) => {
    expect(await post('whole', headers, body)).toMatchObject({ status: 201, json: { body: 'nothing' } });
  });

  it('is not looked for in requests whose method has none', async () => {
    expect(await call('GET', 'any', JSON_TYPE, '{bad')).toMatchObject({ status: 200, json: { body: 'nothing' } });
    expect(await call('DELETE', 'any', JSON_TYPE, '{"a":1}')).toMatchObject({ status: 200, json: { body: { a: 1 } } });
  });

  it('comes in as many pieces as the client likes', async () => {
    const head = request('POST /bodies/whole HTTP/1.1', [
      'Content-Type: application/json',
      'Transfer-Encoding: chunked',
    ]);
    const pieces = [...'{"a":"ü"}'].map((one) => Buffer.from(`${Buffer.byteLength(one).toString(16)}\r\n${one}\r\n`));
    const bytes = [head, ...pieces.flatMap((piece) => [2, piece]), '0\r\n\r\n'];
    const answer = await rawRequest(demo.port, bytes, { responses: 1 });
    expect(answer.bytes.toString()).toMatch(/\r\n\r\n\{"body":\{"a":"ü"\}\}$/);
  });

  it('is asked for with 100 Continue, once it is known that it will be read', async () => {
    const expecting = ['Content-Type: application/json', 'Expect: 100-continue', 'Content-Length: 7'];
    const taken = await rawRequest(demo.port, [request('POST /bodies/whole HTTP/1.1', expecting), 100, '{"a":1}'], {
      responses: 1,
    });
    expect(taken.text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 201 /);
    const refused = request('POST /bodies/whole HTTP/1.1', ['Content-Type: text/plain', ...expecting.slice(1)]);
    expect((await rawRequest(demo.port, refused, { responses: 1 })).text).toMatch(/^HTTP\/1\.1 415 /);
  });
});

describe('a body that is refused', () => {
  it.each([
    ['{bad', 'the request body is not valid JSON'],
    ['{"a":1}{', 'the request body is not valid JSON'],
    [' ', 'the request body is not valid JSON'],
    ['{"a":"\xff"}', 'the request body is not valid UTF-8'],
  ])('is bad JSON: %j', async (text, detail) => {
    const answer = await post('whole', JSON_TYPE, Buffer.from(text, 'latin1'));
    expect(answer).toMatchObject({
      status: 400,
      json: { code: 'input-invalid', detail, requestId: expect.any(String) },
    });
    expect(answer.fields['content-type']).toBe('application/problem+json');
  });

  it.each([
    '{"__proto__":{"admin":true}}',
    '{"a":[{"\\u005f_proto__":1}]}',
    '{"a":{"constructor":{"prototype":{"admin":true}}}}',
  ])('has a key that JavaScript reads as a prototype: %s', async (text) => {
    const detail = 'the request body has a key that JavaScript reads as a prototype';
    expect(await post('whole', JSON_TYPE, text)).toMatchObject({ status: 400, json: { detail } });
    expect(await post('whole', FORM_TYPE, '__proto__=1')).toMatchObject({ status: 400, json: { detail } });
  });

  it('is a form of more fields than anybody sends', async () => {
    expect(await post('whole', FORM_TYPE, 'a&'.repeat(1_000))).toMatchObject({ status: 201 });
    expect(await post('whole', FORM_TYPE, 'a&'.repeat(1_001))).toMatchObject({ status: 400 });
  });

  it.each([
    [{ 'content-type': 'text/plain' }, { accept: 'application/json, application/x-www-form-urlencoded' }],
    [{ 'content-type': 'multipart/form-data; boundary=a' }, { accept: expect.any(String) }],
    [{ 'content-type': 'application/jsonp' }, { accept: expect.any(String) }],
    [{}, { accept: expect.any(String) }],
    [{ 'transfer-encoding': 'chunked' }, { accept: expect.any(String) }],
    [{ 'content-type': 'application/json; charset=iso-8859-1' }, {}],
    [{ 'content-type': 'application/json', 'content-encoding': 'gzip' }, { 'accept-encoding': 'identity' }],
  ])('is of another type: %j', async (headers, fields) => {
    expect(await post('whole', headers as Headers_, '{}')).toMatchObject({
      status: 415,
      fields,
      json: { code: 'media-type-unsupported', status: 415 },
    });
  });

  it('is too large, whether it says so or not', async () => {
    const most = 1024 * 1024;
    const fits = `"${'a'.repeat(most - 2)}"`;
    expect(await post('whole', JSON_TYPE, fits)).toMatchObject({ status: 201 });
    const problem = {
      status: 413,
      json: { code: 'body-too-large', detail: `the request body is larger than ${most} bytes` },
    };
    expect(await post('whole', JSON_TYPE, `${fits} `)).toMatchObject(problem);
    expect(await post('whole', { ...JSON_TYPE, 'transfer-encoding': 'chunked' }, `${fits} `)).toMatchObject(problem);
  });

  it('is not read for whom a guard before refuses', async () => {
    const head = request('POST /bodies/whole HTTP/1.1', [
      'Content-Type: application/json',
      'Content-Length: 4',
      'X-Refuse: 1',
    ]);
    // The body never comes, and the response does not wait for it.
    expect(await send(demo.port, head, { responses: 1 })).toMatchObject({ statuses: [403] });
  });

  it('leaves the connection to the next request', async () => {
    const bad = request('POST /bodies/whole HTTP/1.1', ['Content-Type: application/json', 'Content-Length: 4'], '{bad');
    const { statuses } = await send(demo.port, bad + request('GET /bodies/ping HTTP/1.1'), { responses: 2 });
    expect(statuses).toEqual([400, 200]);
  });
});

describe('a body that nobody asks for', () => {
  it('is not read: the handler has it as it comes', async () => {
    const large = Buffer.alloc(3 * 1024 * 1024);
    expect(await post('unasked', JSON_TYPE, large)).toMatchObject({
      status: 201,
      json: { length: large.length, body: 'unread' },
    });
  });
});

describe('the memory of bodies', () => {
  it('is one for all: where it is full, a body gives way', async () => {
    const small = await startDemo({ UPLOAD_MEMORY: '3145728' }, { module: BodiesModule });
    const head = request('POST /bodies/whole HTTP/1.1', ['Content-Type: application/json', 'Content-Length: 1000000']);
    const held = Array.from({ length: 6 }, () =>
      send(small.port, [head + ' '.repeat(990_000)], { timeout: 2_000, responses: 1 }),
    );
    const refused = (await Promise.all(held)).filter(({ statuses }) => statuses[0] === 408).length;
    expect(refused).toBeGreaterThan(0);
    await small.close();
  });
});
