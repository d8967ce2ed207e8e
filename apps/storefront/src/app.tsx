import { Route, Switch } from 'wouter';
import { Frame } from './components/frame.tsx';
import { BasketPage } from './pages/basket-page.tsx';
import { BrowsePage } from './pages/browse-page.tsx';
import { CheckoutPage } from './pages/checkout-page.tsx';
import { HomePage } from './pages/home-page.tsx';
import { NotFoundPage } from './pages/not-found-page.tsx';
import { OrderPage } from './pages/order-page.tsx';
import { ProductPage } from './pages/product-page.tsx';

/** The shop: which page belongs to which address. */
export function App() {
  return (
    <Frame>
      <Switch>
        <Route path="/" component={HomePage} />
        <Route path="/browse" component={BrowsePage} />
        <Route path="/product/:id">{({ id }) => <ProductPage key={id} id={id} />}</Route>
        <Route path="/basket" component={BasketPage} />
        <Route path="/checkout" component={CheckoutPage} />
        <Route path="/order/:id">{({ id }) => <OrderPage id={id} />}</Route>
        <Route>
          <NotFoundPage />
        </Route>
      </Switch>
    </Frame>
  );
}
