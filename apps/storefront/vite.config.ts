import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The page is served by web-bff; `vite` alone (nx run storefront:dev) asks a web-bff that runs on port 3000. */
export default defineConfig({
  plugins: [react()],
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, target: 'es2022' },
  server: {
    host: '127.0.0.1',
    port: 5173,
    proxy: { '/api': 'http://127.0.0.1:3000', '/bff': 'http://127.0.0.1:3000' },
  },
});
