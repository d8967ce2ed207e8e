import type { AuditEntry } from './audit-record.ts';

/** Whose records: those of callers that are known, and those that strangers cause. */
export type Lane = 'known' | 'strangers';

/** A record that waits to be written. */
export interface WaitingRecord {
  readonly lane: Lane;
  readonly entry: AuditEntry;
  /** For a call that waits; nobody waits for the record of an answer. */
  readonly settle?: (error?: unknown) => void;
}

/** Records of a lane that wait to be written. */
const MAX_WAITING = 1_000;

/** Records that wait to be written, each lane in places of its own; those of known callers come first. */
export class AuditQueue {
  private readonly lanes: Readonly<Record<Lane, WaitingRecord[]>> = { known: [], strangers: [] };

  isFull(lane: Lane): boolean {
    return this.lanes[lane].length >= MAX_WAITING;
  }

  add(record: WaitingRecord): void {
    this.lanes[record.lane].push(record);
  }

  /** The record to write next; it keeps its place until it is deleted. */
  next(): WaitingRecord | undefined {
    return this.lanes.known[0] ?? this.lanes.strangers[0];
  }

  delete(record: WaitingRecord): void {
    const lane = this.lanes[record.lane];
    const index = lane.indexOf(record);
    if (index >= 0) lane.splice(index, 1);
  }

  /** Takes out the records of calls that wait, and leaves those of answers. */
  takeCalls(): readonly WaitingRecord[] {
    const taken: WaitingRecord[] = [];
    for (const lane of Object.values(this.lanes)) {
      taken.push(...lane.filter(({ settle }) => settle !== undefined));
      lane.splice(0, lane.length, ...lane.filter(({ settle }) => settle === undefined));
    }
    return taken;
  }
}
