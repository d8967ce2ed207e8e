import type { HeldBody } from '@portico/upstream';
import type { CompiledPart } from './compile-plan.ts';
import type { PartResult } from './part-result.ts';

const CLOSE = Buffer.from('}');

/** What stands before a part, and in its place when it is missing; made at boot. */
interface Slot {
  readonly before: Uint8Array;
  readonly otherwise: Uint8Array;
}

/**
 * Makes the function that groups parts under their names: `{"product":<bytes>,"stock":<bytes>}`, in the order of the plan.
 * The bytes of the upstreams are neither copied nor read.
 */
export function splicer(parts: readonly CompiledPart[]): (results: readonly PartResult[]) => HeldBody {
  const slots = parts.map(slotOf);
  return (results) => {
    const chunks: Uint8Array[] = [];
    let length = 1;
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i]!;
      const body = results[i]!.answer?.body;
      chunks.push(slot.before);
      if (body) for (const chunk of body.chunks) chunks.push(chunk);
      else chunks.push(slot.otherwise);
      length += slot.before.length + (body ?? slot.otherwise).length;
    }
    chunks.push(CLOSE);
    return { chunks, length };
  };
}

function slotOf(part: CompiledPart): Slot {
  return {
    before: Buffer.from(`${part.index === 0 ? '{' : ','}"${part.name}":`),
    otherwise: Buffer.from(JSON.stringify(part.otherwise ?? null)),
  };
}
