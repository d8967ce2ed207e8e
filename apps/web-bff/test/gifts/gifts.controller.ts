import {
  Body,
  ConflictException,
  Controller,
  Get,
  Header,
  HttpCode,
  Inject,
  Injectable,
  Param,
  Post,
  StandardSchemaValidationPipe,
} from '@nestjs/common';
import { Allow, BffError, MaxBody, type RequestContext, Timeout } from '@portico/core';
import { Context, Signal } from '@portico/server';
import { z } from 'zod';

const wish = z.strictObject({ sku: z.string().min(1), to: z.string().min(1).max(80), message: z.string().default('') });

type Wish = z.infer<typeof wish>;

/** Wraps what was bought. */
@Injectable()
export class GiftWrapping {
  /** The number of the parcel; undefined when there is no paper left. */
  wrap(_wish: Wish, _signal: AbortSignal): Promise<number | undefined> {
    return Promise.resolve(undefined);
  }
}

@Controller('api/gifts')
@Timeout(3_000)
export class GiftsController {
  constructor(@Inject(GiftWrapping) private readonly wrapping: GiftWrapping) {}

  @Post()
  @Allow('user')
  @MaxBody(4_096)
  @HttpCode(202)
  async give(
    @Body({ schema: wish, pipes: [new StandardSchemaValidationPipe()] }) wished: Wish,
    @Context() { principal }: RequestContext,
    @Signal() signal: AbortSignal,
  ) {
    const parcel = await this.wrapping.wrap(wished, signal);
    if (parcel === undefined) throw new ConflictException({ message: 'There is no paper left.', sku: wished.sku });
    return { parcel, from: principal?.subject, to: wished.to };
  }

  @Get('papers/:name')
  @Allow('public')
  @Header('cache-control', 'public, max-age=3600')
  paper(@Param('name') name: string) {
    if (name !== 'stars') throw new BffError('resource-not-found');
    return { name, price: 250 };
  }
}
