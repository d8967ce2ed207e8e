/** A small real upstream: items of 2 KB, answers of 8 MB, and uploads that it reads to their end. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const ITEM = Buffer.from(JSON.stringify({ text: 'x'.repeat(2_000) }));
const LARGE = Buffer.alloc(8 * 1024 * 1024, 'x');

const server = createServer((request, response) => {
  const body = request.url === '/large' ? LARGE : ITEM;
  request.resume().on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
