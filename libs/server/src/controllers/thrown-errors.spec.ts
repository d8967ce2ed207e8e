import { setTimeout as pause } from 'node:timers/promises';
import {
  type ArgumentsHost,
  BadGatewayException,
  BadRequestException,
  Body,
  Catch,
  ConflictException,
  Controller,
  type ExceptionFilter,
  Get,
  HttpException,
  InternalServerErrorException,
  Module,
  NotFoundException,
  Param,
  Post,
  Res,
  ServiceUnavailableException,
  UnprocessableEntityException,
  ValidationPipe,
} from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Allow, BffError } from '@portico/core';
import { httpRequest } from '@portico/testing';
import { IsInt, IsString, Min, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import type { FastifyReply } from 'fastify';
import { type Demo, startDemo } from '../../test/demo.ts';

class Address {
  @IsString()
  street!: string;
}

class Person {
  @IsString()
  name!: string;
  @IsInt()
  @Min(0)
  age!: number;
  @ValidateNested()
  @Type(() => Address)
  address!: Address;
}

/** An error of the application, for which it has a filter. */
class OutOfStock extends Error {}

@Catch(OutOfStock)
class OutOfStockFilter implements ExceptionFilter {
  catch(_thrown: OutOfStock, host: ArgumentsHost): void {
    void host.switchToHttp().getResponse<FastifyReply>().status(409).send({ sold: 'out' });
  }
}

const circular: Record<string, unknown> = { message: 'round and round' };
circular.self = circular;
const axiosLike = Object.assign(new Error('connect ECONNREFUSED 10.1.2.3'), {
  statusCode: 404,
  config: { token: 's3cret' },
});

const THROWN: Readonly<Record<string, unknown>> = {
  text: new HttpException('Pay first', 402),
  object: new ConflictException({ message: 'Sold out', sku: 'p-1', left: 0, code: 'OUT_OF_STOCK' }),
  reserved: new ConflictException({
    message: 'x',
    requestId: 'forged',
    status: 200,
    instance: 'forged',
    login: '/evil',
  }),
  list: new HttpException(['one', 'two'], 422),
  nothing: new UnprocessableEntityException(),
  empty: new HttpException('', 422),
  data: new HttpException({ message: { any: 'thing' }, more: [1] }, 422),
  error: new InternalServerErrorException(new Error('password=hunter2')),
  within: new BadGatewayException({ message: 'The shop is away', why: axiosLike, deep: { why: axiosLike, a: 1 } }),
  circular: new HttpException(circular, 422),
  huge: new HttpException({ message: 'x', big: 1n }, 422),
  type: new TypeError("Cannot read properties of undefined (reading 'secret')"),
  status: axiosLike,
  string: 'a string',
  own: new OutOfStock('p-1'),
};

@Controller('thrown')
class ThrowingController {
  @Get('status/:status')
  @Allow('public')
  status(@Param('status') status: string): never {
    throw new HttpException(`it is ${status}`, Number(status));
  }

  @Get('value/:name')
  @Allow('public')
  value(@Param('name') name: string): never {
    throw THROWN[name];
  }

  @Get('later')
  @Allow('public')
  async later(): Promise<never> {
    await pause(1);
    throw new NotFoundException('No such gift');
  }

  @Get('headers/:what')
  @Allow('public')
  headers(@Param('what') what: string, @Res({ passthrough: true }) reply: FastifyReply): never {
    reply.headers({
      'retry-after': '30',
      'x-own': 'a',
      etag: '"1"',
      'content-type': 'text/html',
      'cache-control': 'public, max-age=60',
    });
    reply
      .header('set-cookie', ['a=1', 'b=2'])
      .header('cdn-cache-control', 'max-age=60')
      .header('content-disposition', 'inline');
    if (what === 'type') throw new TypeError('a mistake');
    if (what === 'bff') throw new BffError('too-many-requests', { headers: { 'retry-after': '7' } });
    throw new ServiceUnavailableException('Come back later');
  }

  @Get('redirected/:status')
  @Allow('public')
  redirected(@Param('status') status: string, @Res({ passthrough: true }) reply: FastifyReply): never {
    reply.header('location', '/elsewhere');
    throw new HttpException({ moved: true }, Number(status));
  }

  @Post('people')
  @Allow('public')
  people(@Body(new ValidationPipe()) _person: Person): void {}

  @Post('unprocessable')
  @Allow('public')
  unprocessable(
    @Body(new ValidationPipe({ errorHttpStatusCode: 422, errorFormat: 'grouped' })) _person: Person,
  ): void {}

  @Post('own')
  @Allow('public')
  own(
    @Body(new ValidationPipe({ exceptionFactory: (errors) => new UnprocessableEntityException(errors) })) _p: Person,
  ): void {}

  @Post('own-object')
  @Allow('public')
  ownObject(
    @Body(
      new ValidationPipe({
        exceptionFactory: (errors) => new BadRequestException({ failed: errors.map(({ property }) => property) }),
      }),
    )
    _person: Person,
  ): void {}
}

@Module({ controllers: [ThrowingController], providers: [{ provide: APP_FILTER, useClass: OutOfStockFilter }] })
class ThrowingModule {}

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo({}, { module: ThrowingModule });
});
afterAll(() => demo.close());

async function get(path: string) {
  const { status, headers, text } = await httpRequest(`${demo.url}/thrown/${path}`, {
    headers: { 'x-request-id': 'r-1' },
  });
  return { status, headers, text, json: () => JSON.parse(text) as Record<string, unknown> };
}

async function post(path: string, body: unknown): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json' };
  const answer = await httpRequest(`${demo.url}/thrown/${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  return answer.json();
}

const ERRORS = Array.from({ length: 200 }, (_, index) => 400 + index);

describe('an HttpException', () => {
  it('keeps its status and its message, as a problem with the request id, whatever error it is', async () => {
    for (const status of ERRORS) {
      const answer = await get(`status/${status}`);
      expect(answer.status).toBe(status);
      expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
      expect(answer.json()).toMatchObject({
        status,
        detail: `it is ${status}`,
        requestId: 'r-1',
        instance: 'urn:portico:request:r-1',
      });
    }
  });

  it.each([
    [400, 'input-invalid', 'The input is not valid'],
    [402, 'request-refused', 'Payment Required'],
    [404, 'resource-not-found', 'The resource does not exist'],
    [410, 'request-refused', 'Gone'],
    [415, 'media-type-unsupported', 'The media type of the request body is not supported'],
    [418, 'request-refused', "I'm a Teapot"],
    [422, 'request-refused', 'Unprocessable Entity'],
    [423, 'request-refused', 'Locked'],
    [499, 'request-refused', 'The request was refused'],
    [500, 'internal', 'The gateway made a mistake'],
    [502, 'request-failed', 'Bad Gateway'],
    [503, 'request-failed', 'Service Unavailable'],
    [599, 'request-failed', 'The request failed'],
  ])('has a code and a title: %i is %s', async (status, code, title) => {
    const type = `urn:portico:problem:${code}`;
    expect((await get(`status/${status}`)).json()).toMatchObject({ type, code, title });
  });

  it.each([
    ['text', { status: 402, detail: 'Pay first' }],
    ['object', { status: 409, detail: 'Sold out', sku: 'p-1', left: 0, code: 'OUT_OF_STOCK' }],
    ['reserved', { status: 409, requestId: 'r-1', instance: 'urn:portico:request:r-1' }],
    ['list', { status: 422, detail: 'one; two', errors: [{ message: 'one' }, { message: 'two' }] }],
    ['nothing', { status: 422, detail: 'Unprocessable Entity' }],
    ['data', { status: 422, message: { any: 'thing' }, more: [1] }],
    ['within', { status: 502, detail: 'The shop is away', deep: { a: 1 } }],
    ['circular', { status: 422, detail: 'round and round' }],
    ['huge', { status: 422, detail: 'x' }],
  ])('says what its body says: %s', async (name, said) => {
    const { status, json, text } = await get(`value/${name}`);
    expect({ ...json(), status }).toMatchObject(said);
    for (const secret of ['hunter2', '10.1.2.3', 's3cret', 'forged', 'evil']) expect(text).not.toContain(secret);
  });

  it('has no detail where it says nothing, or an error in its place', async () => {
    for (const name of ['empty', 'error']) {
      const answer = await get(`value/${name}`);
      expect(answer.json()).not.toHaveProperty('detail');
      expect(answer.text).not.toContain('hunter2');
    }
  });

  it('is the same from a handler that takes its time', async () => {
    expect((await get('later')).json()).toMatchObject({
      status: 404,
      code: 'resource-not-found',
      detail: 'No such gift',
    });
  });

  it.each(['0', '99', '199', '600', '1000', 'NaN', '404.5'])('is a mistake with the status %s', async (status) => {
    const { status: answered, text } = await get(`status/${status}`);
    expect(answered).toBe(500);
    expect(text).not.toContain('it is');
  });

  it.each([
    ['301', '{"moved":true}'],
    ['302', '{"moved":true}'],
    ['200', '{"moved":true}'],
    ['204', ''],
    ['304', ''],
  ])('below 400 is a response: %s', async (status, body) => {
    const answer = await get(`redirected/${status}`);
    expect({ status: String(answer.status), text: answer.text }).toEqual({ status, text: body });
    expect(answer.headers).toMatchObject({
      location: '/elsewhere',
      'x-request-id': 'r-1',
      'cache-control': 'no-store',
    });
  });

  it('keeps the fields that the handler has set, but for those of a content that there is not', async () => {
    const { headers, json } = await get('headers/http');
    expect(headers).toMatchObject({
      'retry-after': '30',
      'x-own': 'a',
      'set-cookie': ['a=1', 'b=2'],
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
    });
    for (const name of ['etag', 'cdn-cache-control', 'content-disposition']) expect(headers).not.toHaveProperty(name);
    expect(json()).toMatchObject({ status: 503, detail: 'Come back later' });
    expect((await get('headers/bff')).headers).toMatchObject({ 'retry-after': '7', 'x-own': 'a' });
  });
});

describe('an error of own code', () => {
  it.each(['type', 'status', 'string'])('says nothing of itself: %s', async (name) => {
    const { status, text, json } = await get(`value/${name}`);
    expect(status).toBe(500);
    expect(Object.keys(json()).sort()).toEqual(['code', 'instance', 'requestId', 'status', 'title', 'traceId', 'type']);
    for (const secret of ['secret', 'undefined', '10.1.2.3', 'a string']) expect(text).not.toContain(secret);
  });

  it('leaves none of the fields that were set before it', async () => {
    const { headers } = await get('headers/type');
    for (const name of ['retry-after', 'x-own', 'set-cookie']) expect(headers).not.toHaveProperty(name);
  });

  it('goes to the filter that the application has for it', async () => {
    expect(await get('value/own')).toMatchObject({ status: 409, text: '{"sold":"out"}' });
  });
});

describe('what ValidationPipe finds', () => {
  const wrong = { name: 1, age: -1, address: { street: 2 } };

  it('is listed, message by message', async () => {
    expect(await post('people', wrong)).toMatchObject({
      status: 400,
      code: 'input-invalid',
      detail: 'name must be a string; age must not be less than 0; address.street must be a string',
      errors: [
        { message: 'name must be a string' },
        { message: 'age must not be less than 0' },
        { message: 'address.street must be a string' },
      ],
    });
  });

  it.each(['unprocessable', 'own'])('is listed with its fields where the pipe names them: %s', async (path) => {
    const found = await post(path, wrong);
    expect(found).toMatchObject({
      status: 422,
      code: 'request-refused',
      errors: [
        { field: 'name', message: 'name must be a string' },
        { field: 'age', message: 'age must not be less than 0' },
        { field: 'address.street', message: 'street must be a string' },
      ],
    });
    // The input that class-validator knows (`target`, `value`) is not told.
    expect(Object.keys((found.errors as object[])[0]!)).toEqual(['field', 'message']);
  });

  it('is in the words of an `exceptionFactory` of its own', async () => {
    expect(await post('own-object', wrong)).toMatchObject({ status: 400, failed: ['name', 'age', 'address'] });
  });
});
