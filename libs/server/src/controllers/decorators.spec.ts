import { Controller, Get } from '@nestjs/common';
import { Allow, MaxBody, type RequestContext, statedLimits, Timeout } from '@portico/core';
import { Context, Signal } from './context.decorator.ts';

/** The compiler reads these: each line under `@ts-expect-error` must not compile. */
@Controller()
@Timeout(1_000)
@MaxBody(1_024)
class TypedController {
  // @ts-expect-error milliseconds are a number
  @Timeout('1s')
  @Get()
  @Allow('public')
  @Timeout(2_000)
  right(@Context() _context: RequestContext, @Signal() _signal: AbortSignal, @Signal() _unknown: unknown): void {}

  // @ts-expect-error bytes are a number
  @MaxBody('1kb')
  // @ts-expect-error the time must be said
  @Timeout()
  // @ts-expect-error a context is no text
  wrong(@Context() _context: string, @Context() _right: RequestContext): void {}

  // @ts-expect-error a signal is no number
  alsoWrong(@Signal() _signal: number): void {}

  // @ts-expect-error an accessor serves no requests
  @Timeout(1_000)
  get accessor(): number {
    return 1;
  }

  // @ts-expect-error a property serves no requests
  @MaxBody(1_000)
  property = 1;
}

describe('the decorators of limits', () => {
  const { prototype } = TypedController;
  const method = (name: string): object => Reflect.get(prototype, name) as object;

  it('state what a method states, else what its controller does', () => {
    expect(statedLimits(TypedController, method('right'))).toEqual({ timeout: expect.anything(), maxBodyBytes: 1_024 });
    expect(statedLimits(TypedController, method('alsoWrong'))).toEqual({ timeout: 1_000, maxBodyBytes: 1_024 });
    expect(statedLimits({}, method('alsoWrong'))).toEqual({});
  });
});
