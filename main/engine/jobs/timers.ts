/** Something to be done later. `act` never rejects; a simulation waits for it before it moves its clock on. */
export interface Timers {
  /** Gives back what calls it off. */
  after(delayMs: number, act: () => Promise<void>): () => void;
}

export const systemTimers: Timers = {
  after(delayMs, act) {
    const timer = setTimeout(() => void act(), delayMs);
    return () => clearTimeout(timer);
  },
};
