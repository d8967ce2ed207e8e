import { Link, Route, Switch } from 'wouter';
import { Frame } from './components/frame.tsx';
import { ErrorPage, Loading, MessagePage, SignInPage } from './components/message-page.tsx';
import { useSession } from './hooks/use-session.ts';
import { DashboardPage } from './pages/dashboard-page.tsx';
import { OrdersPage } from './pages/orders-page.tsx';
import { ProductPage } from './pages/product-page.tsx';
import { SessionsPage } from './pages/sessions-page.tsx';

function Pages() {
  return (
    <Switch>
      <Route path="/" component={DashboardPage} />
      <Route path="/orders" component={OrdersPage} />
      <Route path="/products/:id">{({ id }) => <ProductPage key={id} id={id} />}</Route>
      <Route path="/sessions" component={SessionsPage} />
      <Route>
        <MessagePage title="No such page">
          <Link href="/">To the overview</Link>
        </MessagePage>
      </Route>
    </Switch>
  );
}

type SessionOfPage = ReturnType<typeof useSession>;

function Content({ session, ask }: Pick<SessionOfPage, 'session' | 'ask'>) {
  switch (session.state) {
    case 'unknown':
      return <Loading />;
    case 'failed':
      return <ErrorPage error={session.error} retry={ask} />;
    case 'nobody':
      return <SignInPage title="Operations">This is for staff of the shop.</SignInPage>;
    case 'ended':
      return <SignInPage title="Your session has ended">Sign in again to go on where you were.</SignInPage>;
    case 'user':
      return <Pages />;
  }
}

/** The console: which page belongs to which address, once somebody is signed in. */
export function App() {
  const { session, ask, leave } = useSession();
  return (
    <Frame user={session.state === 'user' ? session.user : null} leave={leave}>
      <Content session={session} ask={ask} />
    </Frame>
  );
}
