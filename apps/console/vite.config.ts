import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const bff = 'http://127.0.0.1:3002';

/** The page is served by admin-bff; `vite` alone (nx run console:dev) asks an admin-bff that runs on port 3002. */
export default defineConfig({
  plugins: [react()],
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, target: 'es2022' },
  server: { host: '127.0.0.1', port: 5174, proxy: { '/api': bff, '/bff': bff } },
});
