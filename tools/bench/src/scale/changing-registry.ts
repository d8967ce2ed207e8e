import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

/** A Consul in a thread of its own, of whose list half is replaced each second; nobody listens where its instances are. */
export interface ChangingRegistry {
  readonly url: string;
  /** Changes no more. */
  hold(): Promise<void>;
  close(): Promise<void>;
}

/** Starts one with so many instances. */
export async function startChangingRegistry(instances: number): Promise<ChangingRegistry> {
  const worker = new Worker(new URL(import.meta.url), { workerData: instances });
  const [url] = (await once(worker, 'message')) as [string];
  return {
    url,
    hold: async () => {
      worker.postMessage('hold');
      await pause(2_000);
    },
    close: async () => void (await worker.terminate()),
  };
}

function listOf(count: number, generation: number): string {
  const entries = Array.from({ length: count }, (_, index) => {
    const serial = index % 2 === 0 ? index : index + generation * count;
    return {
      Node: { Node: `node-${index}`, Address: '127.0.0.1', Meta: {} },
      Service: {
        ID: `shop-${serial}`,
        Service: 'shop',
        Tags: ['v1'],
        Address: `127.${(serial >> 16) & 255}.${(serial >> 8) & 255}.${serial & 255 || 1}`,
        Port: 1,
        Weights: { Passing: 1, Warning: 1 },
        Meta: { version: '1' },
      },
      Checks: [
        { Node: `node-${index}`, CheckID: 'serfHealth', Status: 'passing', Output: 'Agent alive and reachable' },
      ],
    };
  });
  return JSON.stringify(entries);
}

async function serve(count: number): Promise<void> {
  let generation = 0;
  let isHeld = false;
  parentPort!.on('message', () => (isHeld = true));
  const server = createServer((request, response) => {
    const isFirst = !request.url!.includes('index=');
    setTimeout(
      () => {
        if (!isHeld) generation++;
        const head = { 'content-type': 'application/json', 'x-consul-index': String(generation + 1) };
        response.writeHead(200, head).end(listOf(count, generation));
      },
      isFirst ? 0 : isHeld ? 60_000 : 1_000,
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  parentPort!.postMessage(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

if (!isMainThread && typeof workerData === 'number') await serve(workerData);
