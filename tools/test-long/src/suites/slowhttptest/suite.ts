import { setTimeout as pause } from 'node:timers/promises';
import { type Program, startProgram } from '../../program.ts';
import { describeFailures, type Probe, type Probed, Prober } from '../../prober.ts';
import type { Outcome, RunOptions, Suite } from '../../suite.ts';
import { type Attack, attack, ATTACKS, type Strength } from './attack.ts';

/** Normal requests to the upstream that the attacker's requests go to. */
const PROBES: readonly Probe[] = [
  { method: 'GET', path: '/items' },
  { method: 'GET', path: '/items' },
  { method: 'GET', path: '/items' },
  { method: 'POST', path: '/items', body: 'x'.repeat(1_000) },
];

/** Milliseconds that 99 of 100 normal requests may take during an attack: generous, because the attacker shares the machine. */
const LIMIT = 2_000;

/** Seconds of normal requests before and after an attack. */
const MARGIN = 3;

export const suite: Suite = {
  title: 'slowhttptest: slow clients',
  about:
    'Slow clients attack a BFF with one upstream process while normal requests of other clients go to the same upstream, 20 a ' +
    'second, GET and POST, on new and kept connections. Every one of them must be answered 200.',
  requirements: [
    {
      command: 'slowhttptest',
      install: 'Debian and Ubuntu: `apt-get install slowhttptest`; macOS: `brew install slowhttptest`.',
    },
  ],
  async run({ sample, say }: RunOptions): Promise<Outcome> {
    const strength: Strength = sample ? { connections: 100, seconds: 15 } : { connections: 500, seconds: 75 };
    const rows: string[][] = [];
    const failures: string[] = [];
    for (const one of ATTACKS) {
      const [row, problems] = await hold(one, strength);
      say(row.join('  '));
      rows.push(row);
      failures.push(...problems);
    }
    return { columns: COLUMNS, rows, failures };
  },
};

const COLUMNS = ['attack', 'connections', 'normal requests', 'not 200', 'p50 ms', 'p99 ms', 'slowest ms', 'memory MiB'];

/** One attack on a BFF of its own, so that none inherits what another has left. */
async function hold(one: Attack, strength: Strength): Promise<[row: string[], problems: string[]]> {
  const upstream = await startProgram(new URL('upstream.ts', import.meta.url));
  const bff = await startProgram(new URL('../../bff.ts', import.meta.url), { SHOP_URL: upstream.url });
  try {
    const prober = new Prober(bff.url, PROBES);
    await pause(MARGIN * 1_000);
    const connections = await attack(bff.url, one, strength);
    await pause(MARGIN * 1_000);
    const probed = await prober.stop();
    return [rowOf(one, connections, probed, bff), problemsOf(one, connections, probed, [strength, bff])];
  } finally {
    await bff.stop();
    await upstream.stop();
  }
}

function rowOf({ title }: Attack, connections: number, probed: Probed, bff: Program): string[] {
  const times = [probed.p50, probed.p99, probed.slowest].map((time) => time.toFixed(0));
  const counts = [String(connections), String(probed.requests), describeFailures(probed)];
  return [title, ...counts, ...times, String(bff.peakMemory())];
}

type Given = readonly [strength: Strength, bff: Program];

function problemsOf({ title }: Attack, connections: number, probed: Probed, [strength, bff]: Given): string[] {
  const problem = (is: boolean, text: string): string[] => (is ? [`${title}: ${text}`] : []);
  return [
    ...problem(bff.hasEnded(), 'the BFF has ended'),
    ...problem(connections < strength.connections * 0.9, `only ${connections} connections were made`),
    ...problem(probed.failures.size > 0, `normal requests failed: ${describeFailures(probed)}`),
    ...problem(
      probed.p99 > LIMIT,
      `99 of 100 normal requests took up to ${probed.p99.toFixed(0)} ms (at most ${LIMIT})`,
    ),
  ];
}
