import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../../..');

it('the test of a view in docs/developing.md is one that runs', () => {
  const page = readFileSync(join(root, 'docs/developing.md'), 'utf8');
  const spec = readFileSync(join(root, 'apps/mobile-bff/src/views/product/product.view.spec.ts'), 'utf8');
  expect(page).toContain(`\`\`\`ts\n${spec}\`\`\`\n`);
});
