import { missingOf } from './requirements.ts';
import type { Suite } from './suite.ts';

it('what a suite needs and the machine lacks is named with how to get it', () => {
  const requirements = [
    { command: 'sh', install: 'It is always there.' },
    { command: 'no-such-program', install: 'Ask your administrator.' },
  ];
  expect(missingOf({ requirements } as unknown as Suite)).toEqual([
    'no-such-program is not installed. Ask your administrator.',
  ]);
});
