/** `nx serve`, `nx stop` and `nx start`: see docs/developing.md. */
import { parseArgs } from 'node:util';
import { serve } from './serve.ts';
import { hostService } from './service-host.ts';
import { askHost } from './service-lease.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    with: { type: 'string', default: '' },
    shared: { type: 'boolean', default: false },
    inspect: { type: 'string' },
    host: { type: 'boolean', default: false },
    ask: { type: 'string' },
  },
});
const [name = ''] = positionals;
const root = process.cwd();

try {
  if (values.host) await hostService(root, name);
  else if (values.ask === 'start' || values.ask === 'stop') await ask(values.ask);
  else await serve(root, name, { ...values, services: values.with.split(',').filter((service) => service !== '') });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

async function ask(what: 'start' | 'stop'): Promise<void> {
  if (!(await askHost(root, name, { ask: what }))) {
    throw new Error(`${name} is not served: start it with \`npx nx serve ${name}\``);
  }
  process.stdout.write(what === 'stop' ? `${name} is stopped\n` : `${name} is started again\n`);
}
