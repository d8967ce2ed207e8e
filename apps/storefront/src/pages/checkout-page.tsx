import { Link } from 'wouter';
import type { Basket } from '../api/types.ts';
import { EmptyBasket } from '../components/empty-basket.tsx';
import { ErrorNotice } from '../components/notice.tsx';
import { Field, TextField } from '../components/text-field.tsx';
import { TotalsPanel } from '../components/totals-panel.tsx';
import { type CheckoutField, COUNTRIES } from '../forms/checkout-form.ts';
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

function Destination({ checkout }: { checkout: Checkout }) {
  const bind = bindTo(checkout);
  const { onChange, value, ...country } = bind('country');
  return (
    <fieldset>
      <legend>Where it goes</legend>
      <TextField label="Street and number" autoComplete="street-address" {...bind('street')} />
      <div className="field-row">
        <TextField label="Postal code" autoComplete="postal-code" maxLength={16} {...bind('postalCode')} />
        <TextField label="City" autoComplete="address-level2" {...bind('city')} />
      </div>
      <Field label="Country" {...country}>
        {(described) => (
          <select
            {...described}
            name="country"
            autoComplete="country"
            value={value}
            onChange={(event) => onChange(event.target.value)}
          >
            <option value="">Choose a country</option>
            {COUNTRIES.map(([code, name]) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
    </fieldset>
  );
}

const bindTo =
  ({ form, set, messages }: Checkout) =>
  (field: CheckoutField) => ({ id: field, value: form[field], error: messages[field], onChange: set(field) });

function CheckoutForm({ basket }: { basket: Basket }) {
  const checkout = useCheckout(basket.id);
  return (
    <form className="with-totals" noValidate onSubmit={checkout.submit}>
      <div className="checkout-fields">
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

/** Guest checkout on one page. */
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
