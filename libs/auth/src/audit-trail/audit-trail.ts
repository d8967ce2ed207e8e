import { BffError, type Clock, type Timer } from '@portico/core';
import type { SessionEnding } from '../session/session-ending.ts';
import type { AuditFile } from './audit-file.ts';
import { AuditQueue, type Lane, type WaitingRecord } from './audit-queue.ts';
import type { AuditedAnswer, AuditedCall, AuditEntry, CallEntry, ChainEnd } from './audit-record.ts';
import { type AllowanceLimits, RecordAllowance } from './record-allowance.ts';

/** Milliseconds that a call waits for its record. */
const TIMEOUT = 2_000;

/** Milliseconds after which omitted records are told of. */
const OMISSIONS_PERIOD = 1_000;

/** Records of calls that were refused: neither strangers nor a customer without rights fill the disk with them. */
const REFUSALS: Readonly<Record<Lane, AllowanceLimits>> = {
  known: { perSecond: 100, burst: 1_000 },
  strangers: { perSecond: 20, burst: 200 },
};

/** What a trail needs to know beside its file. */
export interface AuditTrailOptions {
  /** Name of the BFF. */
  readonly name: string;
  readonly clock: Clock;
  /** Told when the trail can no longer be written, with the reason, and when it can again, without. */
  readonly onChange: (failure?: unknown) => void;
}

/** How the record of an answer is kept. */
export interface AnswerKeeping {
  /** Default: `known` when the call names a principal. */
  readonly lane?: Lane;
  /** The call was refused: its record may be omitted when there are many such, and is counted then. Default false. */
  readonly isRefusal?: boolean;
}

/**
 * The trail of every unsafe call. A call is written down before anything is done for it, or it is refused; how it ended is
 * written once its answer is out, or later when the trail cannot be written just then. What strangers cause has places and a rate of
 * its own: the records of known callers come first and find room.
 */
export class AuditTrail {
  private readonly queue = new AuditQueue();
  private readonly allowances: Readonly<Record<Lane, RecordAllowance>>;
  private writing: Promise<void> = Promise.resolve();
  private isWriting = false;
  private failed = false;
  /** Records of answers that there was no room for. */
  private lost = 0;
  /** Records of refused calls beyond the allowance that the trail does not tell of yet. */
  private omitted = 0;
  private omissionsTimer: Timer | undefined;

  constructor(
    private readonly file: AuditFile,
    private readonly options: AuditTrailOptions,
  ) {
    const { clock } = options;
    this.allowances = {
      known: new RecordAllowance(clock, REFUSALS.known),
      strangers: new RecordAllowance(clock, REFUSALS.strangers),
    };
  }

  /** @throws BffError `audit-unavailable` when the call cannot be written down in time */
  async ask(call: AuditedCall): Promise<void> {
    const lane = laneOf(call);
    // When nothing is being written the call goes in: its try is how a full trail gets going again.
    if (this.queue.isFull(lane) && this.isWriting) throw unavailable(new Error('too many records are waiting'));
    await new Promise<void>((resolve, reject) => {
      const settle = (error?: unknown): void => {
        timer.cancel();
        if (error === undefined) resolve();
        else reject(unavailable(error));
      };
      const record: WaitingRecord = { lane, entry: this.entryOf('asked', call), settle };
      const timer: Timer = this.options.clock.after(TIMEOUT, () => {
        // A record of a call that was refused in the end, because it was under way, does no harm.
        this.queue.delete(record);
        settle(new Error(`it took longer than ${TIMEOUT} ms`));
      });
      this.add(record);
    });
  }

  /** Writes down how a call ended. Never throws; what cannot be written now is written before the next record. */
  answered(
    call: AuditedCall,
    answer: AuditedAnswer,
    { lane = laneOf(call), isRefusal = false }: AnswerKeeping = {},
  ): void {
    if (this.hasRoom(lane, isRefusal)) this.add({ lane, entry: { ...this.entryOf('answered', call), ...answer } });
  }

  /**
   * Writes down a session that ended because its user began one too many. As records of refused calls it may be omitted when there
   * are many, and is counted then: a user can cause as many as they like.
   */
  sessionEnded({ principal, handle, successor }: SessionEnding): void {
    if (!this.hasRoom('known', true)) return;
    this.add({ lane: 'known', entry: { ...this.placeOf(), event: 'session-ended', principal, handle, successor } });
  }

  /** Writes what is still waiting, if that can be done in time, closes the file and says which record is its last. */
  async close(): Promise<ChainEnd | undefined> {
    this.tellOmissions();
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

  private entryOf(event: CallEntry['event'], call: AuditedCall): CallEntry {
    return { ...this.placeOf(), event, ...call };
  }

  private placeOf(): Pick<AuditEntry, 'time' | 'bff'> {
    const { name, clock } = this.options;
    return { time: new Date(clock.epoch()).toISOString(), bff: name };
  }

  /** Whether a record that nobody waits for can be added. One that cannot is counted, as omitted or as lost. */
  private hasRoom(lane: Lane, mayBeOmitted: boolean): boolean {
    if (mayBeOmitted && !this.allowances[lane].take()) this.omit();
    else if (this.queue.isFull(lane)) this.lost++;
    else return true;
    return false;
  }

  private omit(): void {
    this.omitted++;
    this.omissionsTimer ??= this.options.clock.after(OMISSIONS_PERIOD, () => this.tellOmissions());
  }

  private tellOmissions(): void {
    this.omissionsTimer?.cancel();
    this.omissionsTimer = undefined;
    const { omitted } = this;
    if (omitted === 0) return;
    this.omitted = 0;
    this.add({ lane: 'known', entry: { ...this.placeOf(), event: 'omitted', omitted } });
  }

  private add(record: WaitingRecord): void {
    this.queue.add(record);
    if (!this.isWriting) this.writing = this.write();
  }

  /** One after the other, for each holds the hash of the one before. */
  private async write(): Promise<void> {
    this.isWriting = true;
    for (let record = this.queue.next(); record !== undefined; record = this.queue.next()) {
      const { lost } = this;
      try {
        await this.file.append(lost > 0 ? { ...record.entry, lost } : record.entry);
      } catch (error) {
        this.fail(error);
        break;
      }
      this.lost -= lost;
      this.queue.delete(record);
      this.recover();
      record.settle?.();
    }
    this.isWriting = false;
  }

  /** Whoever waits is refused at once; the records of answers stay for the next try. */
  private fail(error: unknown): void {
    for (const { settle } of this.queue.takeCalls()) settle!(error);
    if (!this.failed) this.options.onChange(error);
    this.failed = true;
  }

  private recover(): void {
    if (!this.failed) return;
    this.failed = false;
    this.options.onChange();
  }
}

function laneOf({ principal }: AuditedCall): Lane {
  return principal === undefined ? 'strangers' : 'known';
}

function unavailable(cause: unknown): BffError {
  return new BffError('audit-unavailable', {
    detail: 'Nothing was changed, because it could not be written down. Try again later.',
    headers: { 'retry-after': '5' },
    cause,
  });
}
