import { Link } from 'wouter';
import type { Basket } from '../api/types.ts';
import { AddressFields } from '../components/address-fields.tsx';
import { EmptyBasket } from '../components/empty-basket.tsx';
import { ErrorNotice } from '../components/notice.tsx';
import { SavedAddresses } from '../components/saved-addresses.tsx';
import { SignInLink } from '../components/sign-in.tsx';
import { TextField } from '../components/text-field.tsx';
import { TotalsPanel } from '../components/totals-panel.tsx';
import type { CheckoutField } from '../forms/checkout-form.ts';
import { useBasketPage } from '../hooks/use-basket-page.ts';
import { useCheckout } from '../hooks/use-checkout.ts';
import { useTitle } from '../hooks/use-title.ts';

type Checkout = ReturnType<typeof useCheckout>;

function Contact({ checkout }: { checkout: Checkout }) {
  const bind = bindTo(checkout);
  return (
    <fieldset>
      <legend>Who it is for</legend>
      <TextField label="Full name" autoComplete="name" {...bind('name')} />
      <TextField
        label="Email"
        hint="Only for questions about this order."
        type="email"
        inputMode="email"
        autoComplete="email"
        {...bind('email')}
      />
    </fieldset>
  );
}

const ADDRESS_FIELDS = ['street', 'postalCode', 'city', 'country'] as const;

function Destination({ checkout }: { checkout: Checkout }) {
  const { user, fill, form } = checkout;
  const untouched = ADDRESS_FIELDS.every((field) => form[field] === '') && form.name === (user?.name ?? '');
  return (
    <>
      {user && (
        <SavedAddresses sub={user.sub} untouched={untouched} onChoose={({ id: _, ...address }) => fill(address)} />
      )}
      <fieldset>
        <legend>Where it goes</legend>
        <AddressFields bind={bindTo(checkout)} />
      </fieldset>
    </>
  );
}

const bindTo =
  ({ form, fill, messages }: Checkout) =>
  (field: CheckoutField) => ({
    id: field,
    value: form[field],
    error: messages[field],
    onChange: (value: string) => fill({ [field]: value }),
  });

function CheckoutForm({ basket }: { basket: Basket }) {
  const checkout = useCheckout(basket.id);
  return (
    <form className="with-totals" noValidate onSubmit={checkout.submit}>
      <div className="checkout-fields">
        {!checkout.user && (
          <p>
            Have an account? <SignInLink>Sign in for your addresses and orders</SignInLink>
          </p>
        )}
        <Contact checkout={checkout} />
        <Destination checkout={checkout} />
      </div>
      <TotalsPanel totals={basket.totals} lines={basket.lines}>
        {checkout.failure && (
          <p className="form-failure" role="alert">
            {checkout.failure}
          </p>
        )}
        <button className="button button-wide" type="submit" aria-disabled={checkout.sending}>
          {checkout.sending ? 'Placing your order' : 'Place the order'}
        </button>
        <p className="muted">
          Nothing is charged. <Link href="/basket">Change the basket</Link>
        </p>
      </TotalsPanel>
    </form>
  );
}

/** Checkout on one page, for guests and for customers, whose addresses are offered. */
export function CheckoutPage() {
  useTitle('Checkout');
  const { basket, loading, error, reload } = useBasketPage();
  if (error) return <ErrorNotice error={error} retry={reload} />;
  if (!loading && (!basket || basket.lines.length === 0)) return <EmptyBasket />;
  return (
    <div className="page" aria-busy={loading}>
      <h1>Checkout</h1>
      {basket ? <CheckoutForm basket={basket} /> : <div className="skeleton skeleton-block" aria-hidden="true" />}
    </div>
  );
}
