import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startProgram } from '../../program.ts';
import type { Outcome, RunOptions, Suite } from '../../suite.ts';
import { type Ask, brokenRules } from './judge.ts';
import { type Fields, RULES } from './rules.ts';

export const suite: Suite = {
  title: 'W3C Trace Context level 2',
  about:
    "The rules of the W3C's suite for level 2, written anew from the specification: what a BFF makes of the `traceparent` and " +
    '`tracestate` of its clients is what its upstream gets.',
  requirements: [],
  async run({ say }: RunOptions): Promise<Outcome> {
    const calls: string[][] = [];
    const upstream = createServer((call, response) => {
      calls.push(call.rawHeaders);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    }).listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
    const bff = await startProgram(new URL('../../bff.ts', import.meta.url), { SHOP_URL: url });
    const ask: Ask = async (fields, count) => {
      calls.length = 0;
      await get(`${bff.url}/${count === 3 ? 'three' : 'items'}`, fields);
      return [...calls];
    };
    try {
      const failures = await brokenRules(RULES, ask);
      const passed = `${RULES.length - failures.length} of ${RULES.length}`;
      say(passed);
      return { columns: ['rules', 'hold'], rows: [[String(RULES.length), passed]], failures };
    } finally {
      await bff.stop();
      upstream.closeAllConnections();
      upstream.close();
    }
  },
};

/** One GET with these fields, byte for byte, on a connection of its own. */
function get(url: string, fields: Fields): Promise<void> {
  return new Promise((resolve, reject) => {
    const flat = ['Host', new URL(url).host, ...fields.flat()];
    const call = request(url, { headers: flat, agent: false }, (answer) => {
      answer.resume().once('end', resolve);
      answer.once('error', reject);
    });
    call.once('error', reject).end();
  });
}
