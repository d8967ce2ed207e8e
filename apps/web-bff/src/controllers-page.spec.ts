import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

it.each(['gifts.controller.ts', 'gifts.controller.spec.ts'])('docs/controllers.md shows %s as it runs', (file) => {
  expect(read('docs/controllers.md')).toContain(`\`\`\`ts\n${read(`apps/web-bff/test/gifts/${file}`)}\`\`\`\n`);
});

it('the recipe of a controller in the README is of that file', () => {
  const recipe = /\*\*Add a controller\*\*.*?```ts\n(.*?)```/s.exec(read('README.md'))![1]!;
  expect(read('apps/web-bff/test/gifts/gifts.controller.ts')).toContain(recipe);
});
