import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/** Milliseconds between two bursts. */
const TICK = 10;

/** Where forged tokens go, and from where. */
export interface TokenFloodOptions {
  readonly port: number;
  readonly path: string;
  /** A good token: all but its signature is copied. */
  readonly token: string;
  /** Tokens a second. */
  readonly rate: number;
  /** Addresses that they come from, of the loopback network. */
  readonly addresses: readonly string[];
}

/** Connections that never have more than one request in flight each. */
const CONNECTIONS = 250;

/** Shows forged tokens, each another one, at a given rate; what finds no idle connection is not sent. */
export class TokenFlood {
  /** Answers so far. */
  answers = 0;
  private readonly idle: Socket[] = [];
  private readonly sockets: Socket[] = [];
  private readonly timer: NodeJS.Timeout;
  private due = 0;

  constructor(private readonly options: TokenFloodOptions) {
    for (let index = 0; index < (options.rate === 0 ? 0 : CONNECTIONS); index++) this.open(index);
    let last = performance.now();
    this.timer = setInterval(() => {
      const now = performance.now();
      this.due += ((now - last) / 1_000) * options.rate;
      last = now;
      this.send();
    }, TICK);
  }

  stop(): void {
    clearInterval(this.timer);
    for (const socket of this.sockets) socket.destroy();
  }

  private send(): void {
    for (; this.due >= 1 && this.idle.length > 0; this.due--) this.idle.shift()!.write(this.request());
    // What could not be sent is given up, or it would all come at once later.
    this.due %= 1;
  }

  private open(index: number): void {
    const { port, addresses } = this.options;
    const socket = connect({
      host: '127.0.0.1',
      port,
      localAddress: addresses[index % addresses.length]!,
      noDelay: true,
    });
    this.sockets.push(socket);
    socket.on('error', () => socket.destroy());
    socket.once('connect', () => this.idle.push(socket));
    // Answers to forged tokens are smaller than a segment.
    socket.on('data', () => {
      this.answers++;
      this.idle.push(socket);
    });
  }

  private request(): string {
    const { port, path, token } = this.options;
    const forged = `${token.slice(0, token.lastIndexOf('.') + 1)}${randomBytes(256).toString('base64url')}`;
    return `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${forged}\r\n\r\n`;
  }
}
