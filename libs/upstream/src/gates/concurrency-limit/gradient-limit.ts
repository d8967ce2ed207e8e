import type { ConcurrencyLimitPolicy } from '../../policies/concurrency-limit.policy.ts';

/** A window ends once it has this many outcomes and is this old in milliseconds. */
const MIN_OUTCOMES = 20;
const MIN_WINDOW = 250;
/** Least share of the limit that one window may speak for. */
const STEEPEST = 0.5;
/** How far one window moves the limit up, in square roots of it, and down, as a share of what it is too high. */
const GROW = 0.2;
const SHRINK = 0.5;
/** How far one window moves the usual latency up and down, as a share of the difference. */
const LEARN_UP = 0.1;
const LEARN_DOWN = 0.5;
/** Windows with a raised latency, less those without, after which the usual one is measured anew. */
const DOUBT_AFTER = 30;
/** What the limit is divided by meanwhile: few enough that calls do not wait for each other. */
const MEASURE_WITH = 4;

/**
 * How many calls at once an upstream takes without growing slower, found by comparing the latency of now with the usual one
 * (after Gradient2 of Netflix' concurrency-limits; https://github.com/Netflix/concurrency-limits). The limit grows by its
 * square root while latency stays within the tolerance, and shrinks by what it is above it.
 *
 * The usual latency rises only by what our own load cannot have caused: by windows that use less than half of the limit, and
 * by short measurements with a quarter of it whenever latency stays high (as Envoy's adaptive concurrency does). Otherwise
 * it would follow the queue that it is to find.
 */
export class GradientLimit {
  private estimate: number;
  private usual: number | undefined;
  private readonly window = new Window();
  private windowsRaised = 0;
  private isMeasuring = false;

  constructor(private readonly policy: ConcurrencyLimitPolicy) {
    this.estimate = policy.initial;
  }

  /** Calls that may be under way now. */
  get limit(): number {
    const { min } = this.policy;
    return Math.max(min, Math.floor(this.isMeasuring ? this.estimate / MEASURE_WITH : this.estimate));
  }

  /** A call begins, which makes it `inFlight` of them. */
  started(inFlight: number): void {
    if (inFlight > this.window.inFlight) this.window.inFlight = inFlight;
  }

  /** A call that began at `startedAt` was answered, both in the clock's milliseconds. */
  answered(startedAt: number, now: number): void {
    // What began before the window says how it was under another limit.
    if (startedAt >= this.window.startedAt) this.window.add(now - startedAt);
    this.closeWindow(now);
  }

  /** A call was not answered in time, or refused because there are too many. */
  overloaded(now: number): void {
    this.window.overloads++;
    this.closeWindow(now);
  }

  private closeWindow(now: number): void {
    const { window } = this;
    if (window.answers + window.overloads < MIN_OUTCOMES || now - window.startedAt < MIN_WINDOW) return;
    if (this.isMeasuring) this.measured();
    else this.adjust();
    window.reset(now);
  }

  /** What so few calls see is the upstream's own latency, lower or higher than before. */
  private measured(): void {
    this.isMeasuring = false;
    this.usual = this.window.latency ?? this.usual;
  }

  private adjust(): void {
    const { window, policy } = this;
    const isUsed = window.inFlight >= this.estimate / 2;
    const { latency } = window;
    if (latency !== undefined) this.learn(latency, isUsed);
    if (!isUsed && window.overloads === 0) return;
    const slowdown = latency === undefined ? 1 : latency / this.usual!;
    const gradient = Math.min(1, policy.tolerance / slowdown);
    this.moveTo(gradient * (1 - window.overloads / (window.answers + window.overloads)));
    this.doubt(slowdown);
  }

  /** At the limit latency is raised to the tolerance for good, if the usual one is right; a while of it is reason to look. */
  private doubt(slowdown: number): void {
    const isRaised = slowdown > (1 + this.policy.tolerance) / 2;
    this.windowsRaised = Math.max(0, this.windowsRaised + (isRaised ? 1 : -1));
    if (this.windowsRaised < DOUBT_AFTER) return;
    this.windowsRaised = 0;
    this.isMeasuring = true;
  }

  /** @param share of the limit that the window was good for, 1 when nothing was wrong */
  private moveTo(share: number): void {
    const { estimate, policy } = this;
    const step = share < 1 ? SHRINK * (Math.max(STEEPEST, share) - 1) * estimate : GROW * Math.sqrt(estimate);
    this.estimate = Math.min(policy.max, Math.max(policy.min, estimate + step));
  }

  private learn(latency: number, isUsed: boolean): void {
    if (this.usual === undefined) this.usual = latency;
    else if (latency < this.usual) this.usual += LEARN_DOWN * (latency - this.usual);
    else if (!isUsed) this.usual += LEARN_UP * (latency - this.usual);
  }
}

/** What happened since the limit was looked at last. */
class Window {
  startedAt = 0;
  answers = 0;
  overloads = 0;
  /** Most calls under way at one time. */
  inFlight = 0;
  private sum = 0;

  /** Milliseconds on average, undefined when nothing was answered. */
  get latency(): number | undefined {
    return this.answers === 0 ? undefined : this.sum / this.answers;
  }

  add(latency: number): void {
    this.answers++;
    this.sum += latency;
  }

  reset(now: number): void {
    this.startedAt = now;
    this.answers = this.overloads = this.inFlight = this.sum = 0;
  }
}
