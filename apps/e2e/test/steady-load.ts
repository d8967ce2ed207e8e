/** What a load met. */
export interface LoadReport {
  readonly requests: number;
  /** Answers other than 2xx, partial ones, and calls without an answer: the first hundred. */
  readonly failures: readonly string[];
}

/** Keeps GETs under way, one after the other in each of several lanes, until it is stopped. */
export class SteadyLoad {
  private readonly failures: string[] = [];
  private requests = 0;
  private running = true;
  private readonly lanes: Promise<void>[];

  /**
   * @param urls asked in turn
   * @param lanes requests under way at one time
   */
  constructor(
    private readonly urls: readonly string[],
    lanes: number,
  ) {
    this.lanes = Array.from({ length: lanes }, (_, lane) => this.run(lane));
  }

  /** Requests answered so far. */
  get count(): number {
    return this.requests;
  }

  /** Lets what is under way end. */
  async stop(): Promise<LoadReport> {
    this.running = false;
    await Promise.all(this.lanes);
    return { requests: this.requests, failures: this.failures };
  }

  private async run(lane: number): Promise<void> {
    for (let turn = lane; this.running; turn++) {
      const url = this.urls[turn % this.urls.length]!;
      const outcome = await askOnce(url);
      this.requests++;
      if (outcome !== undefined && this.failures.length < 100) this.failures.push(`${url}: ${outcome}`);
    }
  }
}

/** What was wrong with the answer, if anything. */
async function askOnce(url: string): Promise<string | undefined> {
  try {
    const answer = await fetch(url);
    const text = await answer.text();
    const parts = answer.headers.get('x-portico-parts') ?? '';
    if (/;(?!ok\b)/.test(parts)) return parts;
    return answer.ok ? undefined : `${answer.status} ${text.slice(0, 300)}`;
  } catch (error) {
    return String((error as Error).cause ?? error);
  }
}
