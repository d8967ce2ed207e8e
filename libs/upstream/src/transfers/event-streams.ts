import { FOR_STRANGERS, type RequestContext } from '@portico/core';
import { headerOf, type UpstreamResponse } from '../send.ts';

/** The places of an upstream's event streams, which last as long as their clients listen. There is no queue: one more is refused. */
export class EventStreams {
  private taken = 0;
  private strangers = 0;
  private readonly forStrangers: number;

  /** @param places at one time, at all instances of the upstream */
  constructor(private readonly places: number) {
    this.forStrangers = Math.ceil(places * FOR_STRANGERS);
  }

  /** What gives the place back, to be called once; undefined when there is no place. */
  enter({ principal }: RequestContext): (() => void) | undefined {
    const stranger = principal === undefined ? 1 : 0;
    if (this.taken >= this.places || this.strangers + stranger > this.forStrangers) return undefined;
    this.taken++;
    this.strangers += stranger;
    return () => {
      this.taken--;
      this.strangers -= stranger;
    };
  }
}

/** Whether an answer is an event stream (WHATWG HTML, server-sent events): its media type says so. */
export function isEventStream({ status, headers }: Pick<UpstreamResponse, 'status' | 'headers'>): boolean {
  return status === 200 && /^\s*text\/event-stream\s*(?:;|$)/i.test(headerOf(headers, 'content-type') ?? '');
}
