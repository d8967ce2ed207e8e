/** `npm run simulate`: how balancers cope with a slow instance, as tables on the terminal and as a page of the docs. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { plotOf } from './plot.ts';
import { markdownOf, tableOf } from './report.ts';
import { BALANCERS, SCENARIOS } from './scenarios.ts';
import { simulate } from './simulate.ts';

const outcomes = SCENARIOS.flatMap((scenario) => BALANCERS.map((by) => simulate(by, scenario)));
process.stdout.write(`${tableOf(outcomes)}\n`);
const folder = new URL('../../../../docs/bench/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('balancers.md', folder), markdownOf(outcomes));
writeFileSync(new URL('balancers.svg', folder), plotOf(outcomes));
