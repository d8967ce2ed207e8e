import { Controller } from '@nestjs/common';
import { Endpoint, type EndpointInput, listOf, type Page, Problem } from '@portico/shop-kit';
import { z } from 'zod';
import { ProductRepository } from './product-repository.ts';
import {
  type Category,
  categorySchema,
  type Product,
  productQuerySchema,
  productSchema,
  type ProductSummary,
  productSummarySchema,
} from './schemas.ts';

const cacheControl = 'public, max-age=60';
const listProducts = {
  method: 'GET',
  path: '/products',
  summary: 'Search products, or look many up by id',
  query: productQuerySchema,
  answer: listOf(productSummarySchema),
  cacheControl,
} as const;
const oneProduct = {
  method: 'GET',
  path: '/products/:id',
  summary: 'One product',
  params: z.object({ id: z.string() }),
  answer: productSchema,
  cacheControl,
  problems: [404],
} as const;
const listCategories = {
  method: 'GET',
  path: '/categories',
  summary: 'All categories',
  answer: listOf(categorySchema),
  cacheControl,
} as const;

/** Products and categories over HTTP. */
@Controller()
export class ProductController {
  constructor(private readonly products: ProductRepository) {}

  @Endpoint(listProducts)
  async list({ query }: EndpointInput<typeof listProducts>): Promise<Page<ProductSummary>> {
    return query.ids ? { items: await this.products.byIds(query.ids), next: null } : this.products.list(query);
  }

  @Endpoint(oneProduct)
  async one({ params }: EndpointInput<typeof oneProduct>): Promise<Product> {
    const product = await this.products.byId(params.id);
    if (!product) throw Problem.notFound('product', params.id);
    return product;
  }

  @Endpoint(listCategories)
  async categories(): Promise<Page<Category>> {
    return { items: await this.products.categories(), next: null };
  }
}
