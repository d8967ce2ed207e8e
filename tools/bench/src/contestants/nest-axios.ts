/** The contestant `nest-axios`: a gateway on Nest and Fastify as people write it by hand, with `HttpService` of `@nestjs/axios`. */
import 'reflect-metadata';
import { HttpModule, HttpService } from '@nestjs/axios';
import { Controller, Get, Module, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { firstValueFrom } from 'rxjs';
import { settings } from './settings.ts';

@Controller()
class PagesController {
  constructor(private readonly http: HttpService) {}

  @Get('documents/:size')
  async document(@Param('size') size: string): Promise<unknown> {
    return this.fetch(`${settings.catalog}/documents/${size}`);
  }

  @Get('pages/:size')
  async page(@Param('size') size: string): Promise<unknown> {
    const [product, stock, reviews] = await Promise.all([
      this.fetch(`${settings.catalog}/documents/${size}`),
      this.fetch(`${settings.inventory}/documents/${size}`),
      this.fetch(`${settings.reviews}/documents/${size}`),
    ]);
    return { product, stock, reviews };
  }

  private async fetch(url: string): Promise<unknown> {
    const { data } = await firstValueFrom(this.http.get<unknown>(url));
    return data;
  }
}

@Module({ imports: [HttpModule], controllers: [PagesController] })
class AppModule {}

const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), { logger: ['error'] });
await app.listen(settings.port, '127.0.0.1');
