import { type FormEvent, useState } from 'react';
import { ApiError } from '../api/http.ts';
import { writeReview } from '../api/reviews.ts';
import { type Messages, sortErrors } from '../forms/field-errors.ts';
import {
  checkReview,
  EMPTY_REVIEW,
  REVIEW_FIELDS,
  type ReviewField,
  type ReviewForm as Form,
} from '../forms/review-form.ts';
import { announce } from '../hooks/announcer.tsx';
import { StarChoice } from './star-choice.tsx';
import { Field, TextField } from './text-field.tsx';

function useReview(productId: string, onWritten: () => void) {
  const [form, setForm] = useState<Form>(EMPTY_REVIEW);
  const [messages, setMessages] = useState<Messages<ReviewField>>({});
  const [state, setState] = useState<'idle' | 'sending' | 'sent' | 'failed'>('idle');

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const mistakes = checkReview(form);
    setMessages(mistakes);
    if (state === 'sending' || Object.keys(mistakes).length > 0) return;
    setState('sending');
    try {
      await writeReview({ productId, ...form });
      setForm(EMPTY_REVIEW);
      setState('sent');
      announce('Your review is published. Thank you.');
      onWritten();
    } catch (error) {
      setState('failed');
      setMessages(sortErrors(error instanceof ApiError ? error.fields : [], REVIEW_FIELDS).messages);
    }
  };
  return { form, setForm, messages, state, submit };
}

type ReviewFormProps = { productId: string; onWritten: () => void };

/** Where a buyer writes a review; `onWritten` is called when it is published. */
export function ReviewForm({ productId, onWritten }: ReviewFormProps) {
  const { form, setForm, messages, state, submit } = useReview(productId, onWritten);
  const set = (field: 'title' | 'text' | 'author') => (value: string) => setForm({ ...form, [field]: value });
  return (
    <details className="review-form">
      <summary>Write a review</summary>
      <form noValidate onSubmit={(event) => void submit(event)}>
        <StarChoice rating={form.rating} error={messages.rating} choose={(rating) => setForm({ ...form, rating })} />
        <TextField
          id="review-title"
          label="In a few words"
          value={form.title}
          error={messages.title}
          onChange={set('title')}
          maxLength={100}
        />
        <Field id="review-text" label="How did it do?" error={messages.text}>
          {(described) => (
            <textarea
              {...described}
              rows={4}
              maxLength={2000}
              value={form.text}
              onChange={(event) => set('text')(event.target.value)}
            />
          )}
        </Field>
        <TextField
          id="review-author"
          label="Your name"
          value={form.author}
          error={messages.author}
          onChange={set('author')}
          autoComplete="nickname"
          maxLength={60}
        />
        <button className="button" type="submit" aria-disabled={state === 'sending'}>
          Publish
        </button>
        {state === 'sent' && <p>Your review is published. Thank you.</p>}
        {state === 'failed' && <p role="alert">It could not be published right now. What you wrote is still here.</p>}
      </form>
    </details>
  );
}
