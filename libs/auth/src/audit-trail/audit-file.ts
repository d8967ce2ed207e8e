import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { holdTrail, type TrailHold } from './trail-hold.ts';
import { type AuditEntry, CHAIN_START, type ChainEnd, endAfter, lineOf, placeOf } from './audit-record.ts';

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_RDWR } = constants;

/** For its owner alone. */
const MODE = 0o600;

/** Bytes at the end of a file that hold its last record; records are shorter. */
const TAIL = 131_072;

/**
 * The file of a trail: lines are added at its end, each with the hash of the one before. One process writes to a file. A failed
 * write closes it, and the next append opens it anew, as it does when the file was moved away (rotation) or deleted; the
 * chain goes on from file to file.
 */
export class AuditFile {
  private handle: FileHandle | undefined;
  /** Device and inode of the open file. */
  private identity: string | undefined;
  /** Bytes that the open file has, if nobody else writes to it. */
  private size = 0;
  private hold: TrailHold | undefined;
  /** Undefined until the file was opened once. */
  private end: ChainEnd | undefined;
  /** What was being written when writing failed: it may be there all the same. */
  private attempted: ChainEnd | undefined;
  /** The file ends within a line, which the next write has to end first. */
  private isTorn = false;

  constructor(private readonly path: string) {}

  /**
   * Opens it before it is needed, so that a wrong path is found, and holds it against other processes of this machine. Makes its folder;
   * one that is gone later is a fault.
   */
  async open(): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    this.hold = await holdTrail(this.path);
    await this.current();
  }

  /** Writes one record, by one write. Not to be called again before it is done. */
  async append(entry: AuditEntry): Promise<void> {
    try {
      const handle = await this.current();
      const end = this.end!;
      const line = lineOf(entry, end);
      this.attempted = endAfter(line, end.seq + 1);
      const bytes = Buffer.from(`${this.isTorn ? '\n' : ''}${line}\n`);
      const { bytesWritten } = await handle.write(bytes);
      this.size += bytesWritten;
      if (bytesWritten < bytes.length) throw new Error('only a part of the record could be written');
      this.end = this.attempted;
      this.isTorn = false;
    } catch (error) {
      await this.drop();
      throw error;
    }
  }

  /** The number and hash of the last record, to hold against the file later. */
  get lastRecord(): ChainEnd | undefined {
    return this.end;
  }

  async close(): Promise<void> {
    await this.drop();
    await this.hold?.release();
    this.hold = undefined;
  }

  private async drop(): Promise<void> {
    const { handle } = this;
    this.handle = undefined;
    await handle?.close().catch(() => undefined);
  }

  /** The file that has the path's name now. Asked at every record: a line in a deleted file would be lost without a word. */
  private async current(): Promise<FileHandle> {
    if (this.handle !== undefined) {
      const named = await stat(this.path, { bigint: true }).catch(() => undefined);
      const isNamed = named !== undefined && identityOf(named) === this.identity;
      if (isNamed && Number(named.size) !== this.size) throw new Error('something else writes to it');
      if (isNamed) return this.handle;
      await this.drop();
    }
    const handle = await open(this.path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, MODE);
    try {
      await this.take(handle);
    } catch (error) {
      await handle.close();
      throw error;
    }
    return (this.handle = handle);
  }

  private async take(handle: FileHandle): Promise<void> {
    const stats = await handle.stat({ bigint: true });
    if (!stats.isFile()) throw new Error('it is not a file');
    const tail = await readTail(handle, Number(stats.size));
    this.end = this.follow(tail);
    if ((Number(stats.mode) & 0o077) !== 0) await handle.chmod(MODE);
    this.identity = identityOf(stats);
    this.size = Number(stats.size);
    this.isTorn = tail !== '' && !tail.endsWith('\n');
  }

  /** What the next record follows. A file that a running process comes back to cannot tell it another chain. */
  private follow(tail: string): ChainEnd {
    const lines = tail.split('\n').filter((line) => line !== '');
    if (this.end !== undefined) {
      const { attempted } = this;
      return attempted !== undefined && lines.some((line) => endAfter(line, 0).hash === attempted.hash)
        ? attempted
        : this.end;
    }
    const last = lines.findLast((line) => placeOf(line) !== undefined);
    if (last === undefined && lines.length > 0) throw new Error('it holds something else than an audit trail');
    return last === undefined ? CHAIN_START : endAfter(last, placeOf(last)!.seq);
  }
}

const identityOf = ({ dev, ino }: BigIntStats): string => `${dev} ${ino}`;

async function readTail(handle: FileHandle, size: number): Promise<string> {
  const length = Math.min(size, TAIL);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
  return buffer.toString('utf8', 0, bytesRead);
}
