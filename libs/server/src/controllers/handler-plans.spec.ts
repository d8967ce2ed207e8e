import { All, Body, Controller, Get, Module, Post, RawBody, type Type, UploadedFile } from '@nestjs/common';
import { Allow, ConfigError, type HandlerLimits, MaxBody, Timeout } from '@portico/core';
import { startDemo } from '../../test/demo.ts';

async function problemsOf(
  controllers: Type[],
  defaults: Partial<HandlerLimits> = {},
  environment: Record<string, string> = {},
): Promise<readonly string[]> {
  @Module({ controllers })
  class TestModule {}
  try {
    const demo = await startDemo(environment, { module: TestModule, controllers: defaults });
    await demo.close();
    return [];
  } catch (error) {
    return ConfigError.problemsOf(error);
  }
}

const MILLISECONDS = 'timeout must be whole milliseconds from 1 to 3600000';
const BYTES = 'maxBodyBytes must be whole bytes from 0 to 16777216';

describe('limits that do not fit', () => {
  it.each([0, -1, 0.5, 3_600_001, NaN, Infinity, undefined as never, '5' as never])(
    'stop the start: @Timeout(%p)',
    async (value) => {
      @Controller('a')
      class AController {
        @Get()
        @Allow('public')
        @Timeout(value)
        get(): void {}
      }
      expect(await problemsOf([AController])).toEqual([`AController.get: ${MILLISECONDS}`]);
    },
  );

  it.each([-1, 0.5, 16_777_217, NaN, undefined as never, '5' as never])(
    'stop the start: @MaxBody(%p)',
    async (value) => {
      @Controller('a')
      @MaxBody(value)
      class AController {
        @Post()
        @Allow('public')
        post(@Body() _body: unknown): void {}
      }
      expect(await problemsOf([AController])).toEqual([`AController: ${BYTES}`]);
    },
  );

  it('stop the start: those of the BFF, and names that are none', async () => {
    const defaults = { timeout: 0, maxBodyBytes: -1, maxBody: 1 } as never;
    expect(await problemsOf([], defaults)).toEqual([
      `controllers: ${MILLISECONDS}`,
      `controllers: ${BYTES}`,
      'controllers: "maxBody" is no limit; there are timeout and maxBodyBytes',
    ]);
  });

  it('are all named at once, beside what else is wrong', async () => {
    @Controller('a')
    @Timeout(0)
    class AController {
      @Get()
      @Allow('public')
      @Timeout(0)
      get(): void {}
      @Timeout(1_000)
      helper(): void {}
    }
    expect(await problemsOf([AController], { timeout: -1 }, { DRAIN_TIMEOUT: '-1' })).toEqual([
      expect.stringContaining('DRAIN_TIMEOUT'),
      `controllers: ${MILLISECONDS}`,
      `AController: ${MILLISECONDS}`,
      `AController.get: ${MILLISECONDS}`,
      'AController.helper: states a limit, but serves no requests: it lacks @Get() or another of its kind',
    ]);
  });

  it.each([1, 3_600_000])('are not those at the bounds: @Timeout(%i)', async (value) => {
    @Controller('a')
    @Timeout(value)
    class AController {
      @Post()
      @Allow('public')
      @MaxBody(0)
      none(@Body() _body: unknown): void {}
      @Post('most')
      @Allow('public')
      @MaxBody(16_777_216)
      most(@RawBody() _bytes: unknown): void {}
    }
    expect(await problemsOf([AController])).toEqual([]);
  });

  it('are bodies that the memory of all bodies cannot hold', async () => {
    @Controller('a')
    class AController {
      @Post()
      @Allow('public')
      @MaxBody(1_572_864)
      post(@Body() _body: unknown): void {}
    }
    expect(await problemsOf([AController], {}, { UPLOAD_MEMORY: '4194304' })).toEqual([]);
    expect(await problemsOf([AController], {}, { UPLOAD_MEMORY: '4194303' })).toEqual([
      'AController.post: takes a body of 1572864 bytes: lower @MaxBody(), or raise UPLOAD_MEMORY to at least 4194304',
    ]);
  });
});

describe('what would fail without a word', () => {
  it('stops the start: a body of a request that has none, a limit of a body that is not read, an uploaded file', async () => {
    @Controller('a')
    class AController {
      @Get()
      @Allow('public')
      get(@Body() _body: unknown): void {}
      @Post()
      @Allow('public')
      @MaxBody(10)
      unread(): void {}
      @Post('file')
      @Allow('public')
      file(@UploadedFile() _file: unknown): void {}
      @All('any')
      @Allow('public')
      any(@Body() _body: unknown): void {}
    }
    expect(await problemsOf([AController])).toEqual([
      'AController.get: asks for a body, but a request with GET has none: use @Query() or another method',
      'AController.unread: states @MaxBody(), but asks for no body: it lacks @Body() or @RawBody()',
      'AController.file: asks for an uploaded file, but multipart bodies are not read: pass them on with a row of the route table',
    ]);
  });

  it('stops the start: two controllers of one name that differ', async () => {
    const make = (path: string, timeout: number): Type => {
      @Controller(path)
      class SameController {
        @Get()
        @Allow('public')
        @Timeout(timeout)
        get(): void {}
      }
      return SameController;
    };
    expect(await problemsOf([make('a', 1_000), make('b', 1_000)])).toEqual([]);
    expect(await problemsOf([make('a', 1_000), make('b', 2_000)])).toEqual([
      'SameController.get: is a method of two controllers of the same name; give one of them another',
    ]);
  });
});
