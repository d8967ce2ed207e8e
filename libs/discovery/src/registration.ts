/** Makes this process known to a registry as long as it serves: the port that every registry is put behind. */
export interface Registration {
  /**
   * Registers, and keeps the entry alive until `close()`. It resolves after the first attempt, whether or not that succeeded: a
   * registry that is away keeps nobody from serving; further attempts follow with back-off.
   */
  start(): Promise<void>;
  /** Takes the entry away. It never throws and ends in bounded time; an entry that could not be taken away expires by itself. */
  close(): Promise<void>;
}
