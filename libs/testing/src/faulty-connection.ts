import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Faults } from './fault-proxy.ts';

/** What is wrong, and the random numbers for it. */
export interface FaultSource {
  /** The faults of this moment. */
  readonly faults: () => Faults;
  readonly random: () => number;
}

/** Pieces in which a narrow connection passes a second's bytes. */
const PIECES_PER_SECOND = 50;

/** One connection through a fault proxy: passes bytes both ways, and does to them what the faults of the moment say. */
export class FaultyConnection {
  /** Whether something that was sent through it was swallowed. */
  lostBytes = false;
  private readonly target: Socket;
  /** Bytes of the answer that have passed since the client last sent something. */
  private answered = 0;

  constructor(
    private readonly client: Socket,
    targetPort: number,
    private readonly source: FaultSource,
  ) {
    this.target = connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true });
    client.on('error', () => this.target.destroy());
    client.on('close', () => this.target.destroy());
    this.target.on('error', () => this.reset());
    this.passRequests();
    void this.passAnswers();
  }

  /** Ends it by TCP RST, unless it is ending already: libuv then refuses to, and Node leaves the descriptor open for ever. */
  reset(): void {
    if (this.client.writableEnded) this.client.destroy();
    else this.client.resetAndDestroy();
  }

  private passRequests(): void {
    const { client, target } = this;
    client.on('data', (bytes: Buffer) => {
      const { halfOpen, resetAfter, cutAfter } = this.source.faults();
      this.answered = 0;
      if (halfOpen) this.lostBytes = true;
      else if (resetAfter === 0) this.reset();
      else if (cutAfter === 0) client.destroySoon();
      else if (!target.write(bytes)) {
        client.pause();
        target.once('drain', () => client.resume());
      }
    });
    client.on('end', () => target.end());
  }

  private async passAnswers(): Promise<void> {
    try {
      // The other direction may still be open when this one has ended.
      for await (const bytes of this.target.iterator({ destroyOnReturn: false }))
        await this.passAnswer(bytes as Buffer);
    } catch {
      // The target reset it, which `error` has passed on.
      return;
    }
    const { slowClose } = this.source.faults();
    if (slowClose) await pause(slowClose, undefined, { ref: false });
    this.client.end();
  }

  private async passAnswer(bytes: Buffer): Promise<void> {
    if (this.answered === 0) await this.waitBeforeAnswer();
    const { halfOpen, resetAfter = Infinity, cutAfter = Infinity } = this.source.faults();
    if (halfOpen) {
      this.lostBytes = true;
      return;
    }
    const left = Math.min(resetAfter, cutAfter) - this.answered;
    await this.write(bytes.subarray(0, Math.max(0, left)));
    if (bytes.length <= left) return;
    if (resetAfter > cutAfter) this.client.destroySoon();
    else this.reset();
  }

  private waitBeforeAnswer(): Promise<void> | undefined {
    const { latency = 0, jitter = 0 } = this.source.faults();
    const delay = latency + jitter * this.source.random();
    return delay > 0 ? pause(delay, undefined, { ref: false }) : undefined;
  }

  /** Writes as fast as the bandwidth of the moment and the client allow. */
  private async write(bytes: Buffer): Promise<void> {
    for (let from = 0; from < bytes.length && !this.client.destroyed;) {
      const { bandwidth } = this.source.faults();
      const length = bandwidth === undefined ? bytes.length : Math.max(1, Math.ceil(bandwidth / PIECES_PER_SECOND));
      const piece = bytes.subarray(from, from + length);
      from += piece.length;
      this.answered += piece.length;
      await this.writePiece(piece);
      if (bandwidth !== undefined) await pause((piece.length / bandwidth) * 1000, undefined, { ref: false });
    }
  }

  /** Settles once the system has taken the piece, or the connection is gone. */
  private writePiece(piece: Buffer): Promise<void> {
    return new Promise((resolve) => void this.client.write(piece, () => resolve()));
  }
}
