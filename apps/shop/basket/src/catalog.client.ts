import { Injectable } from '@nestjs/common';
import { moneySchema, Problem, ServiceClient, ServiceSettings } from '@portico/shop-kit';
import { z } from 'zod';
import type { Article } from './basket.ts';

const productSchema = z.object({
  id: z.string(),
  name: z.string(),
  price: moneySchema,
  variants: z.array(z.object({ id: z.string(), name: z.string(), price: moneySchema })),
});

/** Asks catalog, at `CATALOG_URL`, what a product is called and what it costs. */
@Injectable()
export class CatalogClient {
  readonly #catalog: ServiceClient;

  constructor(settings: ServiceSettings) {
    const { CATALOG_URL } = settings.read({ CATALOG_URL: z.url().default('http://127.0.0.1:4001') });
    this.#catalog = new ServiceClient('catalog', CATALOG_URL.replace(/\/+$/, ''));
  }

  /**
   * The product, or the variant of it, at its present price.
   *
   * @throws Problem 422 naming the field that catalog does not know, 502 when catalog cannot be asked
   */
  async article(productId: string, variantId: string | null): Promise<Article> {
    const path = `/products/${encodeURIComponent(productId)}`;
    const answer = await this.#catalog.call({ method: 'GET', path, answer: productSchema });
    if (!answer.ok) throw unknown('productId', 'product');
    const { name, price, variants } = answer.body;
    if (variantId === null) return { productId, variantId, name, unitPrice: price };
    const variant = variants.find(({ id }) => id === variantId);
    if (!variant) throw unknown('variantId', 'variant');
    return { productId, variantId, name: `${name}, ${variant.name}`, unitPrice: variant.price };
  }
}

const unknown = (field: string, kind: string): Problem =>
  new Problem(422, `There is no such ${kind}.`, [{ field, message: 'is not known' }]);
