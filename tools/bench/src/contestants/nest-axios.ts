/** The contestant `nest-axios`: a gateway on Nest and Fastify as people write it by hand, with `HttpService` of `@nestjs/axios`. */
import 'reflect-metadata';
import { HttpModule, HttpService } from '@nestjs/axios';
import { Controller, Get, Module, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { firstValueFrom } from 'rxjs';
import { settings } from './settings.ts';

interface Product {
  readonly category: { readonly id: string };
}

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

  @Get('api/pages/product/:id')
  async productPage(@Param('id') id: string): Promise<unknown> {
    const [[product, related], stock, rating, reviews] = await Promise.all([
      this.productAndRelated(id),
      this.fetch(`${settings.inventory}/stock/${id}`),
      this.fetch(`${settings.reviews}/summaries/${id}`),
      this.fetch(`${settings.reviews}/reviews?product=${id}&limit=5`),
    ]);
    return { product, stock, rating, reviews, related };
  }

  private async productAndRelated(id: string): Promise<[Product, unknown]> {
    const product = await this.fetch<Product>(`${settings.catalog}/products/${id}`);
    return [product, await this.fetch(`${settings.catalog}/products?category=${product.category.id}&limit=6`)];
  }

  private async fetch<T>(url: string): Promise<T> {
    const { data } = await firstValueFrom(this.http.get<T>(url));
    return data;
  }
}

@Module({ imports: [HttpModule], controllers: [PagesController] })
class AppModule {}

const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), { logger: ['error'] });
await app.listen(settings.port, '127.0.0.1');
