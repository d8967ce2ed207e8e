import { MetadataScanner, type ModulesContainer } from '@nestjs/core';
import { FOR_STRANGERS, type HandlerLimits, limitProblems, statedLimits } from '@portico/core';
import { type ControllerClass, type HandlerPlan, handlerProblems, planOf } from './handler-plan.ts';

/** The defaults and bounds of a BFF that its plans are made with. */
export interface PlanOptions {
  /** `BffOptions.controllers`. */
  readonly defaults: Partial<HandlerLimits> | undefined;
  /** Bytes of `UPLOAD_MEMORY`. */
  readonly memory: number;
}

/** The plans of all methods of controllers, by the name that Nest registers them with: `GiftsController.create`. */
export class HandlerPlans {
  /** The problems, a sentence each. */
  readonly problems: readonly string[];
  private readonly plans = new Map<string, HandlerPlan>();

  constructor(modules: ModulesContainer, { defaults = {}, memory }: PlanOptions) {
    const controllers = [...modules.values()].flatMap((module) => [...module.controllers.values()]);
    const classes = new Set(controllers.flatMap(({ metatype }) => (metatype ? [metatype as ControllerClass] : [])));
    this.problems = [
      ...limitProblems(defaults).map((problem) => `controllers: ${problem}`),
      ...[...classes].flatMap((controller) => this.add(controller, defaults, memory)),
    ];
  }

  /** @throws Error for a handler of no controller that was there at the start */
  of(handler: string): HandlerPlan {
    const plan = this.plans.get(handler);
    if (plan === undefined) throw new Error(`${handler} is served, but no module has a controller of that name`);
    return plan;
  }

  private add(controller: ControllerClass, defaults: Partial<HandlerLimits>, memory: number): string[] {
    const problems = limitProblems(statedLimits(controller)).map((problem) => `${controller.name}: ${problem}`);
    for (const name of new MetadataScanner().getAllMethodNames(controller.prototype as object)) {
      const subject = `${controller.name}.${name}`;
      const own = handlerProblems(controller, name);
      const plan = planOf(controller, name, defaults);
      const further = plan ? this.keep(subject, plan) : [];
      const lacking = plan && own.length === 0 ? memoryProblems(plan, memory) : [];
      problems.push(...[...own, ...further, ...lacking].map((problem) => `${subject}: ${problem}`));
    }
    return problems;
  }

  private keep(subject: string, plan: HandlerPlan): string[] {
    const known = this.plans.get(subject);
    this.plans.set(subject, plan);
    const isOther = known !== undefined && JSON.stringify(known) !== JSON.stringify(plan);
    return isOther ? ['is a method of two controllers of the same name; give one of them another'] : [];
  }
}

/** A buffer that grows may be twice as large as what is in it. */
function memoryProblems({ body, maxBodyBytes }: HandlerPlan, memory: number): string[] {
  const needed = Math.ceil((maxBodyBytes * 2) / FOR_STRANGERS);
  // A limit that is no number has been named already.
  if (body === undefined || !(needed > memory)) return [];
  return [`takes a body of ${maxBodyBytes} bytes: lower @MaxBody(), or raise UPLOAD_MEMORY to at least ${needed}`];
}
