import { type BffError, contextOf, type RequestContext } from '@portico/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { completeEventStream } from './event-stream.ts';
import type { HandlerPlan } from './handler-plan.ts';

/** Answers with a problem; `ProblemFilter.answer`. */
export type AnswerProblem = (thrown: unknown, request: FastifyRequest, reply: FastifyReply) => void;

const EXCHANGE = Symbol('portico.controller-exchange');

/** One request on its way through a method of a controller. */
export class ControllerExchange {
  /** While its body is read, whoever reads it answers for what happens. */
  isReading = false;

  constructor(
    readonly plan: HandlerPlan,
    private readonly request: FastifyRequest,
    private readonly reply: FastifyReply,
    private readonly answer: AnswerProblem,
  ) {}

  /** Ties it to its request and begins its time. */
  begin(ctx: RequestContext): void {
    const { plan, request, reply } = this;
    (request as FastifyRequest & { [EXCHANGE]?: ControllerExchange })[EXCHANGE] = this;
    ctx.parameters = request.params as Readonly<Record<string, string>>;
    ctx.onAbort(this.giveUp);
    if (plan.isEventStream) completeEventStream(reply.raw, ctx, plan);
    ctx.expireAfter(plan.timeout);
  }

  /** The handler is not asked: it may listen to the signal, or go on for nobody. */
  private readonly giveUp = (reason: BffError): void => {
    if (this.isReading || reason.code === 'client-aborted') return;
    const { raw } = this.reply;
    if (!raw.writableEnded) return this.answer(reason, this.request, this.reply);
    if (raw.writableFinished) return;
    // The client does not read: what was written whole is cut off like what is still being written.
    contextOf(this.request.raw).failure ??= reason;
    raw.destroy();
  };
}

/** The exchange of a request; undefined when no controller answers it. */
export function controllerExchangeOf(request: FastifyRequest): ControllerExchange | undefined {
  return (request as FastifyRequest & { [EXCHANGE]?: ControllerExchange })[EXCHANGE];
}
