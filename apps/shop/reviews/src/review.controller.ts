import { Controller } from '@nestjs/common';
import { Endpoint, type EndpointInput, idsParameter, listOf, type Page, Problem } from '@portico/shop-kit';
import { z } from 'zod';
import { ReviewRepository } from './review-repository.ts';
import {
  newReviewSchema,
  type Review,
  reviewQuerySchema,
  reviewSchema,
  type ReviewSummary,
  summarySchema,
} from './schemas.ts';

const listReviews = {
  method: 'GET',
  path: '/reviews',
  summary: 'Reviews, newest first',
  query: reviewQuerySchema,
  answer: listOf(reviewSchema),
} as const;
const createReview = {
  method: 'POST',
  path: '/reviews',
  summary: 'Write a review',
  body: newReviewSchema,
  status: 201,
  answer: reviewSchema,
} as const;
const oneReview = {
  method: 'GET',
  path: '/reviews/:id',
  summary: 'One review',
  params: z.object({ id: z.string() }),
  answer: reviewSchema,
  problems: [404],
} as const;
const listSummaries = {
  method: 'GET',
  path: '/summaries',
  summary: 'What the reviews of many products come to',
  query: z.object({ ids: idsParameter.describe('up to 100 product ids with commas between') }),
  answer: listOf(summarySchema),
} as const;
const oneSummary = {
  method: 'GET',
  path: '/summaries/:productId',
  summary: 'What the reviews of a product come to',
  params: z.object({ productId: z.string() }),
  answer: summarySchema,
} as const;

/** Reviews and their summaries over HTTP. */
@Controller()
export class ReviewController {
  constructor(private readonly reviews: ReviewRepository) {}

  @Endpoint(listReviews)
  list({ query }: EndpointInput<typeof listReviews>): Promise<Page<Review>> {
    return this.reviews.list(query);
  }

  @Endpoint(createReview)
  create({ body }: EndpointInput<typeof createReview>): Promise<Review> {
    return this.reviews.add(body);
  }

  @Endpoint(oneReview)
  async one({ params }: EndpointInput<typeof oneReview>): Promise<Review> {
    const review = await this.reviews.byId(params.id);
    if (!review) throw Problem.notFound('review', params.id);
    return review;
  }

  @Endpoint(listSummaries)
  async summaries({ query }: EndpointInput<typeof listSummaries>): Promise<Page<ReviewSummary>> {
    return { items: await this.reviews.summaries(query.ids), next: null };
  }

  @Endpoint(oneSummary)
  async summary({ params }: EndpointInput<typeof oneSummary>): Promise<ReviewSummary> {
    const [summary] = await this.reviews.summaries([params.productId]);
    if (!summary) throw new Error('every product has a summary');
    return summary;
  }
}
