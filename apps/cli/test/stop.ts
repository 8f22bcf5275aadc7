/** A request that a server keeps waiting. */
export interface Stop {
  /** Resolves when the request is there. */
  readonly reached: Promise<void>;
  /** Lets it go on, whether its client is still there or not. */
  goOn(): void;
}
