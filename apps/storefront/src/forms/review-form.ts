import type { Messages } from './field-errors.ts';

/** The fields of the review form. */
export const REVIEW_FIELDS = ['rating', 'title', 'text', 'author'] as const;

/** A field of the review form. */
export type ReviewField = (typeof REVIEW_FIELDS)[number];

/** What the writer chose and typed; `rating` is 0 until stars are chosen. */
export type ReviewForm = { rating: number; title: string; text: string; author: string };

/** An untouched form. */
export const EMPTY_REVIEW: ReviewForm = { rating: 0, title: '', text: '', author: '' };

/** What is wrong with the form, by field; empty when it can be sent. */
export function checkReview(form: ReviewForm): Messages<ReviewField> {
  const messages: Messages<ReviewField> = {};
  if (form.rating < 1) messages.rating = 'Choose one to five stars.';
  if (form.title.trim() === '') messages.title = 'Sum it up in a few words.';
  if (form.text.trim() === '') messages.text = 'Tell others how it did.';
  if (form.author.trim() === '') messages.author = 'Sign with a name.';
  return messages;
}
