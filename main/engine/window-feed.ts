/**
 * Brings the outbox to this process's windows, in the order of commits: what this process
 * committed at once, what other servers committed at the next look. An event is passed on before
 * the cursor moves beyond it, and the cursor is kept in the database, so that nothing is purged
 * before every server's windows have been told.
 */
import {
  eventsAfter,
  forgetFollower,
  HEARD_EVERY_MS,
  keepCursor,
  outboxHead,
  WINDOWS_OF,
} from '../../core/events/followers.ts';
import type { Clock } from '../../core/ids/ids.ts';
import type { CommittedEvent } from '../../core/store/command.ts';
import type { Writer } from '../../core/store/tx.ts';
import type { Timers } from './jobs/timers.ts';

export interface FeedSurroundings {
  readonly writer: Writer;
  readonly clock: Clock;
  readonly timers: Timers;
  /** This process, told from every other. */
  readonly holder: string;
  readonly deliver: (events: readonly CommittedEvent[]) => void;
  readonly warn: (sentence: string) => void;
}

const PAGE = 500;
const LOOK_EVERY_MS = 1_000;
/** The cursor in the database follows the one in memory at this distance. */
const KEEP_EVERY_MS = 10_000;

export class WindowFeed {
  readonly #around: FeedSurroundings;
  readonly #consumer: string;
  #cursor = 0n;
  #kept = { cursor: 0n, atMs: 0 };
  #delivering: Promise<void> | null = null;
  #again = false;
  #callOff: () => void = () => undefined;
  #failing = false;
  #closed = false;

  constructor(around: FeedSurroundings) {
    this.#around = around;
    this.#consumer = `${WINDOWS_OF}${around.holder}`;
  }

  /** Begins with what happens from now on: a window that opens asks for everything first. */
  async start(): Promise<void> {
    this.#cursor = await outboxHead(this.#around.writer);
    await this.#keep();
    this.#lookLater();
  }

  /** Something was committed here. */
  nudge(): void {
    if (this.#closed) return;
    void this.#deliver();
  }

  async close(): Promise<void> {
    this.#callOff();
    await this.#deliver();
    this.#closed = true;
    try {
      await forgetFollower(this.#around.writer, this.#consumer);
    } catch (error) {
      // The database is away already; a cursor that nobody moves is forgotten after a day.
      this.#around.warn(`The outbox’s cursor could not be given up: ${String(error)}`);
    }
  }

  #lookLater(): void {
    this.#callOff = this.#around.timers.after(LOOK_EVERY_MS, async () => {
      await this.#deliver();
      if (!this.#closed) this.#lookLater();
    });
  }

  /** One at a time; whoever asks meanwhile is served by another look afterwards. */
  #deliver(): Promise<void> {
    if (this.#delivering !== null) {
      this.#again = true;
      return this.#delivering;
    }
    this.#delivering = this.#readOn().finally(() => {
      this.#delivering = null;
      // Somebody committed between the last look and here.
      if (this.#again && !this.#failing) this.nudge();
    });
    return this.#delivering;
  }

  async #readOn(): Promise<void> {
    try {
      do {
        this.#again = false;
        const events = await eventsAfter(this.#around.writer, this.#cursor, PAGE);
        const last = events.at(-1);
        if (last) {
          this.#around.deliver(events);
          this.#cursor = last.seq;
        }
        if (events.length === PAGE) this.#again = true;
      } while (this.#again);
      const ageMs = this.#around.clock.nowMs() - this.#kept.atMs;
      if (this.#cursor > this.#kept.cursor ? ageMs >= KEEP_EVERY_MS : ageMs >= HEARD_EVERY_MS) await this.#keep();
      this.#failing = false;
    } catch (error) {
      // The next look reads on from the same place. Said once, not every second.
      if (!this.#failing) this.#around.warn(`The outbox could not be read: ${String(error)}`);
      this.#failing = true;
    }
  }

  async #keep(): Promise<void> {
    const atMs = this.#around.clock.nowMs();
    const cursor = this.#cursor;
    await keepCursor(this.#around.writer, this.#consumer, cursor, atMs);
    this.#kept = { cursor, atMs };
  }
}
