import { Redirect, Route, Switch } from 'wouter';
import { Frame } from './components/frame.tsx';
import { AccountOrderPage } from './pages/account-order-page.tsx';
import { AddressesPage } from './pages/addresses-page.tsx';
import { BasketPage } from './pages/basket-page.tsx';
import { BrowsePage } from './pages/browse-page.tsx';
import { CheckoutPage } from './pages/checkout-page.tsx';
import { DevicesPage } from './pages/devices-page.tsx';
import { HomePage } from './pages/home-page.tsx';
import { NotFoundPage } from './pages/not-found-page.tsx';
import { OrderHistoryPage } from './pages/order-history-page.tsx';
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
        <Route path="/account">
          <Redirect to="/account/orders" replace />
        </Route>
        <Route path="/account/orders" component={OrderHistoryPage} />
        <Route path="/account/orders/:id">{({ id }) => <AccountOrderPage key={id} id={id} />}</Route>
        <Route path="/account/addresses" component={AddressesPage} />
        <Route path="/account/devices" component={DevicesPage} />
        <Route path="/order/:id">{({ id }) => <OrderPage id={id} />}</Route>
        <Route>
          <NotFoundPage />
        </Route>
      </Switch>
    </Frame>
  );
}
