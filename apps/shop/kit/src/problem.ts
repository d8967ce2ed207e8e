import { STATUS_CODES } from 'node:http';
import { z } from 'zod';

/** What is wrong with one field of a request; `field` is a dotted path such as `lines.0.quantity`. */
export interface FieldError {
  field: string;
  message: string;
}

/** The body of every error answer (RFC 9457), as it is documented in `/openapi.json`. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().optional(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });

/** Parsed form of an error answer. */
export type ProblemBody = z.output<typeof problemSchema>;

/** An error that is meant for the caller: throw it anywhere in a service and the answer is problem+json with its status. */
export class Problem extends Error {
  override readonly name = 'Problem';

  /**
   * @param status HTTP status, 400 to 599
   * @param detail one sentence for the person who reads the answer
   * @param errors the fields at fault, when there are such
   * @param headers of the answer beside those every problem has, such as `Retry-After`; default none
   */
  constructor(
    readonly status: number,
    readonly detail: string,
    readonly errors?: readonly FieldError[],
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
  }

  /** The 404 of a thing that is not there, such as `Problem.notFound('product', 'p-9999')`. */
  static notFound(kind: string, id: string): Problem {
    return new Problem(404, `There is no ${kind} ${JSON.stringify(id)}.`);
  }

  /** The 400 of a request that does not fit its schemas. */
  static invalid(errors: readonly FieldError[]): Problem {
    return new Problem(400, errors.map(({ field, message }) => `${field}: ${message}`).join('; '), errors);
  }
}

/** The JSON body of a problem. */
export function problemBody(problem: Pick<Problem, 'status' | 'detail' | 'errors'>): ProblemBody {
  const { status, detail, errors } = problem;
  const title = STATUS_CODES[status] ?? 'Error';
  return { type: 'about:blank', title, status, detail, ...(errors && { errors: [...errors] }) };
}
