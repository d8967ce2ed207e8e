import { Controller } from '@nestjs/common';
import { Endpoint, type EndpointInput, Problem } from '@portico/shop-kit';
import { z } from 'zod';
import { drawPicture } from './pictures/draw-picture.ts';
import { ProductRepository } from './product-repository.ts';

const image = {
  method: 'GET',
  path: '/images/:file',
  summary: 'The picture of a product, such as p-0001.svg',
  params: z.object({ file: z.string() }),
  query: z.object({ w: z.coerce.number().int().min(16).max(1280).default(320).describe('width in pixels') }),
  answer: z.string(),
  contentType: 'image/svg+xml',
  cacheControl: 'public, max-age=86400',
  problems: [404],
} as const;

/** Pictures over HTTP; they are drawn when asked for, always the same for the same product. */
@Controller()
export class ImageController {
  constructor(private readonly products: ProductRepository) {}

  @Endpoint(image)
  async picture({ params, query }: EndpointInput<typeof image>): Promise<string> {
    const id = /^(.+)\.svg$/.exec(params.file)?.[1];
    const subject = id === undefined ? undefined : await this.products.picture(id);
    if (id === undefined || !subject) throw Problem.notFound('image', params.file);
    const { name, motif, category_id: category } = subject;
    return drawPicture({ id, name, motif, category, width: query.w });
  }
}
