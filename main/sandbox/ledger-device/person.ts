/** Somebody who holds the simulated device: reads each review to its end and decides there. */
import type { SimulatedDevice } from './device.ts';

export type Decision = 'approve' | 'reject';

export interface Person {
  /** The pages read so far, one string a page. */
  readonly read: readonly string[];
  leave(): void;
}

/** `decide` is asked once for each review, with the first page of it. */
export function personAt(device: SimulatedDevice, decide: (opening: string) => Decision): Person {
  const read: string[] = [];
  let decision: Decision | null = null;

  const look = (lines: readonly string[]) => {
    if (device.reviewing === null) {
      decision = null;
      return;
    }
    const page = lines.join(' ');
    read.push(page);
    decision ??= decide(page);
    const { both } = device.reviewing;
    const ends = both === decision || both === 'accept';
    // Not at once: whoever else looks at the screen sees the page first.
    setImmediate(() => device.press(ends ? 'both' : 'right'));
  };

  device.on('page', look);
  // A review may be up already.
  look(device.screen);
  return { read, leave: () => device.off('page', look) };
}
