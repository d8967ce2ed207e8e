import { createHash } from 'node:crypto';

/** A Lua script: what Redis does in one step that nobody sees the middle of. */
export class RedisScript {
  /** What Redis knows a script by. */
  readonly sha: string;

  constructor(readonly source: string) {
    this.sha = createHash('sha1').update(source).digest('hex');
  }
}
