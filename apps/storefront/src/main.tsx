import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { loadUser } from './api/session.ts';
import { restoreBasket } from './hooks/basket-store.ts';
import { restoreSession, watchReturn } from './hooks/session-store.ts';
import { watchNetwork } from './hooks/use-online.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/frame.css';
import './styles/header.css';
import './styles/controls.css';
import './styles/products.css';
import './styles/browse.css';
import './styles/home.css';
import './styles/product-page.css';
import './styles/buy-box.css';
import './styles/reviews.css';
import './styles/basket.css';
import './styles/account.css';
import './styles/states.css';

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
  watchReturn();
  watchNetwork(() => loadUser({ quietly: true }));
  void restoreSession(restoreBasket());
}
