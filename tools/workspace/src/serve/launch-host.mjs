/** `node launch-host.mjs <service>`: starts the service's host apart from all our processes, and ends. */
import { spawn } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const register = new URL('../../../dev/register.mjs', import.meta.url).href;
const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const argument = ['--conditions=@portico/source', '--import', register, main, process.argv[2], '--host'];
spawn(process.execPath, argument, { detached: true, stdio: 'ignore' }).unref();
