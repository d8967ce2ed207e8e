import { type FormEvent, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { ApiError } from '../api/http.ts';
import { type NewOrder, placeOrder } from '../api/ordering.ts';
import {
  CHECKOUT_FIELDS,
  checkCheckout,
  type CheckoutField,
  EMPTY_CHECKOUT,
  orderFrom,
} from '../forms/checkout-form.ts';
import { type Messages, sortErrors } from '../forms/field-errors.ts';
import { forgetBasket } from './basket-store.ts';
import { newKey } from './new-key.ts';

function focusFirst(messages: Messages<CheckoutField>): void {
  const first = CHECKOUT_FIELDS.find((field) => messages[field]);
  if (first) document.getElementById(first)?.focus();
}

/** The same order always goes out under the same key, so that trying again cannot place it twice. */
function useOrderKey() {
  const last = useRef({ order: '', key: '' });
  return (order: NewOrder): string => {
    const text = JSON.stringify(order);
    if (last.current.order !== text) last.current = { order: text, key: newKey() };
    return last.current.key;
  };
}

function failureText(error: unknown, rest: string[]): string {
  if (!(error instanceof ApiError) || error.status === 0) {
    return 'The shop does not answer. Nothing is lost: place the order again, it will arrive only once.';
  }
  if (rest.length > 0) return rest.join(' ');
  return error.status < 500 ? error.message : 'The order could not be placed right now. Please try again.';
}

/** The state of the checkout form, and placing the order. */
export function useCheckout(basketId: string) {
  const [, navigate] = useLocation();
  const [form, setForm] = useState(EMPTY_CHECKOUT);
  const [messages, setMessages] = useState<Messages<CheckoutField>>({});
  const [failure, setFailure] = useState('');
  const [sending, setSending] = useState(false);
  const keyOf = useOrderKey();

  const reject = (mistakes: Messages<CheckoutField>, text: string) => {
    setMessages(mistakes);
    setFailure(text);
    focusFirst(mistakes);
  };
  const send = async () => {
    const order = orderFrom(form, basketId);
    setSending(true);
    try {
      const placed = await placeOrder(order, keyOf(order));
      navigate(`/order/${encodeURIComponent(placed.id)}?thanks`, { replace: true });
      forgetBasket();
    } catch (error) {
      const sorted = sortErrors(error instanceof ApiError ? error.fields : [], CHECKOUT_FIELDS);
      const placedAtFields = Object.keys(sorted.messages).length > 0;
      reject(sorted.messages, placedAtFields ? '' : failureText(error, sorted.rest));
      setSending(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (sending) return;
    const mistakes = checkCheckout(form);
    reject(mistakes, '');
    if (Object.keys(mistakes).length === 0) void send();
  };
  const set = (field: CheckoutField) => (value: string) => {
    setForm((typed) => ({ ...typed, [field]: value }));
    setMessages((shown) => ({ ...shown, [field]: undefined }));
  };
  return { form, set, messages, failure, sending, submit };
}
