import { BffError, type Clock, type Timer } from '@portico/core';
import type { AuditFile } from './audit-file.ts';
import type { AuditedAnswer, AuditedCall, AuditEntry, ChainEnd } from './audit-record.ts';

/** Records that wait to be written. */
const MAX_WAITING = 1_000;

/** Milliseconds that a call waits for its record. */
const TIMEOUT = 2_000;

/** What a trail needs to know beside its file. */
export interface AuditTrailOptions {
  /** Name of the BFF. */
  readonly name: string;
  readonly clock: Clock;
  /** Told when the trail can no longer be written, with the reason, and when it can again, without. */
  readonly onChange: (failure?: unknown) => void;
}

interface Waiting {
  readonly entry: AuditEntry;
  /** For a call that waits; nobody waits for the record of an answer. */
  readonly settle?: (error?: unknown) => void;
}

/**
 * The trail of every unsafe call. A call is written down before anything is done for it, or it is refused; how it ended is
 * written once its answer is out, or later when the trail cannot be written just then.
 */
export class AuditTrail {
  private readonly waiting: Waiting[] = [];
  private writing: Promise<void> = Promise.resolve();
  private isWriting = false;
  private failed = false;
  /** Records of answers that there was no room for. */
  private lost = 0;

  constructor(
    private readonly file: AuditFile,
    private readonly options: AuditTrailOptions,
  ) {}

  /** @throws BffError `audit-unavailable` when the call cannot be written down in time */
  async ask(call: AuditedCall): Promise<void> {
    // When nothing is being written the call goes in: its try is how a full trail gets going again.
    const isFull = this.waiting.length >= MAX_WAITING && this.isWriting;
    if (isFull) throw unavailable(new Error('too many records are waiting'));
    await new Promise<void>((resolve, reject) => {
      const settle = (error?: unknown): void => {
        timer.cancel();
        if (error === undefined) resolve();
        else reject(unavailable(error));
      };
      const item: Waiting = { entry: this.entryOf('asked', call), settle };
      const timer: Timer = this.options.clock.after(TIMEOUT, () => {
        this.forget(item);
        settle(new Error(`it took longer than ${TIMEOUT} ms`));
      });
      this.add(item);
    });
  }

  /** Writes down how a call ended. Never throws; what cannot be written now is written before the next record. */
  answered(call: AuditedCall, answer: AuditedAnswer): void {
    if (this.waiting.length >= MAX_WAITING) this.lost++;
    else this.add({ entry: { ...this.entryOf('answered', call), ...answer } });
  }

  /** Writes what is still waiting, if that can be done in time, closes the file and says which record is its last. */
  async close(): Promise<ChainEnd | undefined> {
    let timer: Timer | undefined;
    const late = new Promise<void>((resolve) => (timer = this.options.clock.after(TIMEOUT, resolve)));
    await Promise.race([this.finish(), late]);
    timer?.cancel();
    return this.file.lastRecord;
  }

  private async finish(): Promise<void> {
    await this.writing;
    await this.write();
    await this.file.close();
  }

  private entryOf(event: AuditEntry['event'], call: AuditedCall): AuditEntry {
    const { name, clock } = this.options;
    return { time: new Date(clock.epoch()).toISOString(), event, bff: name, ...call };
  }

  private add(item: Waiting): void {
    this.waiting.push(item);
    if (!this.isWriting) this.writing = this.write();
  }

  private forget(item: Waiting): void {
    const index = this.waiting.indexOf(item);
    // The first may be under way; a record of a call that was refused in the end does no harm.
    if (index > 0) this.waiting.splice(index, 1);
  }

  /** One after the other, for each holds the hash of the one before. */
  private async write(): Promise<void> {
    this.isWriting = true;
    for (let item = this.waiting[0]; item !== undefined; item = this.waiting[0]) {
      const { lost } = this;
      try {
        await this.file.append(lost > 0 ? { ...item.entry, lost } : item.entry);
      } catch (error) {
        this.fail(error);
        break;
      }
      this.lost -= lost;
      this.waiting.shift();
      this.recover();
      item.settle?.();
    }
    this.isWriting = false;
  }

  /** Whoever waits is refused at once; the records of answers stay for the next try. */
  private fail(error: unknown): void {
    const refused = this.waiting.filter(({ settle }) => settle !== undefined);
    const kept = this.waiting.filter(({ settle }) => settle === undefined);
    this.waiting.splice(0, this.waiting.length, ...kept);
    for (const { settle } of refused) settle!(error);
    if (!this.failed) this.options.onChange(error);
    this.failed = true;
  }

  private recover(): void {
    if (!this.failed) return;
    this.failed = false;
    this.options.onChange();
  }
}

function unavailable(cause: unknown): BffError {
  return new BffError('audit-unavailable', {
    detail: 'Nothing was changed, because it could not be written down. Try again later.',
    headers: { 'retry-after': '5' },
    cause,
  });
}
