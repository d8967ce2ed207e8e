import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { httpRequest, parseResponses, rawRequest } from '@portico/testing';
import { ServerProcess } from './server-process.ts';

/** Of an upstream on this machine; good for nothing else. */
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgj4zdt0/SOOP6Uqw/
QCuQFQU347eBZUdWcgxopczLzfahRANCAAT3p/Lvl59mn5b6oId8jdjTWEseZUGL
qNzy+IKrWb8G3Hn7xCyYTUWNSrjjgwPVG0GzkhZa2IiyuKrKWCe8mVdu
-----END PRIVATE KEY-----`;
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBaDCCAQ2gAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABPen8u+Xn2aflvqg
h3yN2NNYSx5lQYuo3PL4gqtZvwbcefvELJhNRY1KuOODA9UbQbOSFlrYiLK4qspY
J7yZV26jTjBMMBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAPBgNVHRMBAf8E
BTADAQH/MB0GA1UdDgQWBBR5XN+bN6FH+X9fTQjy/OR3qGhQsTAKBggqhkjOPQQD
AgNJADBGAiEA/NvY58dRjQrXGLqS7TD2sijs9Qv2Gfn9WWIAUsEc7nsCIQDNjjFr
4EeltzZ4tpZvm3vVOBv7tlzbHC8ZeCSzG3PBbA==
-----END CERTIFICATE-----`;

const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const REFUSAL = 'HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 7\r\n\r\ntoo big';

/** Answers a GET. An upload is refused at its head and its connection closed, as servers with a limit do, or closed without a word. */
function serve(socket: Socket): void {
  socket.on('error', () => undefined);
  socket.on('data', (bytes: Buffer) => {
    if (bytes.includes('GET ')) socket.write(ANSWER);
    else if (bytes.includes('?silently')) socket.destroy();
    else if (bytes.includes('POST ')) socket.end(REFUSAL, () => socket.destroy());
  });
}

/** More than is held in memory, in pieces that go on while the upstream closes. */
const PIECES = Array.from({ length: 40 }, () => [`4000\r\n${'a'.repeat(0x4000)}\r\n`, 1]).flat();
const upload = (query: string): readonly (string | number)[] => [
  `POST /api/basket/baskets${query} HTTP/1.1\r\nHost: bff\r\nTransfer-Encoding: chunked\r\n\r\n`,
  ...PIECES,
  '0\r\n\r\n',
];

jest.setTimeout(60_000);

describe.each(['http', 'https'])('uploads that an upstream over %s refuses early', (protocol) => {
  let folder: string;
  let upstream: Server;
  let bff: ServerProcess;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'portico-uploads-'));
    const file = join(folder, 'certificate.pem');
    writeFileSync(file, CERTIFICATE);
    upstream = protocol === 'http' ? createServer(serve) : createTlsServer({ key: KEY, cert: CERTIFICATE }, serve);
    await once(upstream.listen(0, '127.0.0.1'), 'listening');
    const { port } = upstream.address() as AddressInfo;
    const environment = { BASKET_URL: `${protocol}://localhost:${port}`, NODE_EXTRA_CA_CERTS: file };
    bff = new ServerProcess('web-bff', 'apps/web-bff', environment);
    await bff.start();
  });
  afterAll(async () => {
    await bff.stop();
    upstream.close();
    rmSync(folder, { recursive: true });
  });

  async function statusesOfUploads(query: string): Promise<unknown[]> {
    const port = Number(new URL(bff.url).port);
    const statuses: unknown[] = [];
    for (let round = 0; round < 4; round++) {
      const uploads = Array.from({ length: 10 }, () =>
        rawRequest(port, upload(query), { responses: 1, timeout: 20_000 }),
      );
      for (const { bytes } of await Promise.all(uploads)) statuses.push(parseResponses(bytes)[0]?.status);
    }
    return statuses;
  }

  async function statusesOfOthers(): Promise<Set<number>> {
    const calls = Array.from({ length: 16 }, () => httpRequest(`${bff.url}/api/basket/baskets/b-1`));
    return new Set((await Promise.all(calls)).map(({ status }) => status));
  }

  it('bring the refusal to their client, and everybody else is served', async () => {
    const refusals = await statusesOfUploads('');
    expect({ refusals, others: await statusesOfOthers() }).toEqual({
      refusals: Array(40).fill(413),
      others: new Set([200]),
    });
  });

  it('are no reason to keep others from the upstream when it says nothing', async () => {
    expect(new Set(await statusesOfUploads('?silently'))).toEqual(new Set([502]));
    expect(await statusesOfOthers()).toEqual(new Set([200]));
  });
});
