import { type FormEvent, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { ApiError } from '../api/http.ts';
import { placeAccountOrder } from '../api/account.ts';
import { type NewOrder, placeOrder } from '../api/ordering.ts';
import {
  CHECKOUT_FIELDS,
  checkCheckout,
  type CheckoutField,
  type CheckoutForm,
  EMPTY_CHECKOUT,
  orderFrom,
} from '../forms/checkout-form.ts';
import { type Messages, sortErrors } from '../forms/field-errors.ts';
import { forgetBasket } from './basket-store.ts';
import { newKey } from './new-key.ts';
import { currentSession, type Session, useSession } from './session-store.ts';

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

/** What the server's answer says of the fields, or else of the whole. */
function refusal(error: unknown): [mistakes: Messages<CheckoutField>, text: string] {
  const { messages, rest } = sortErrors(error instanceof ApiError ? error.fields : [], CHECKOUT_FIELDS);
  return [messages, Object.keys(messages).length > 0 ? '' : failureText(error, rest)];
}

/** Sends an order to where it belongs and goes to its page. */
async function place(order: NewOrder, key: string, session: Session): Promise<string> {
  if (session.state === 'ended') throw new ApiError(401, 'Your session has ended. Sign in again to place the order.');
  if (session.state === 'customer') {
    const { id } = await placeAccountOrder(order, key);
    return `/account/orders/${encodeURIComponent(id)}?thanks`;
  }
  return `/order/${encodeURIComponent((await placeOrder(order, key)).id)}?thanks`;
}

/** The state of the checkout form, and placing the order. */
export function useCheckout(basketId: string) {
  const [, navigate] = useLocation();
  const session = useSession();
  const user = session.state === 'customer' ? session.user : null;
  const [typed, setTyped] = useState<Partial<CheckoutForm>>({});
  const [messages, setMessages] = useState<Messages<CheckoutField>>({});
  const [failure, setFailure] = useState('');
  const [sending, setSending] = useState(false);
  const keyOf = useOrderKey();
  const form = { ...EMPTY_CHECKOUT, name: user?.name ?? '', email: user?.email ?? '', ...typed };

  const reject = (mistakes: Messages<CheckoutField>, text: string) => {
    setMessages(mistakes);
    setFailure(text);
    focusFirst(mistakes);
  };
  const send = async () => {
    const order = orderFrom(form, basketId);
    setSending(true);
    try {
      navigate(await place(order, keyOf(order), currentSession()), { replace: true });
      forgetBasket(basketId);
    } catch (error) {
      reject(...refusal(error));
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
  const fill = (change: Partial<CheckoutForm>) => {
    const untouched = Object.fromEntries(Object.keys(change).map((field) => [field, undefined]));
    setTyped((before) => ({ ...before, ...change }));
    setMessages((shown) => ({ ...shown, ...untouched }));
  };
  return { form, fill, user, messages, failure, sending, submit };
}
