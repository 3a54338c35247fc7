/** `MessageChannelMain`, and how one of its ports goes to live in a page. */
import type { MessageChannelMain as RealChannel, MessagePortMain as RealPort } from 'electron';
import { KnownEvents } from './strict.ts';

type Posted = string | Uint8Array;

/** One end. Messages wait until it is started; nothing arrives in the same turn it was sent. */
export class PortDouble extends KnownEvents implements Pick<RealPort, 'postMessage' | 'start' | 'close'> {
  #other: PortDouble | null = null;
  #started = false;
  #closed = false;
  #delivering = false;
  readonly #waiting: ({ readonly data: unknown } | 'close')[] = [];

  constructor() {
    super('MessagePortMain', ['message', 'close']);
  }

  static pair(): [PortDouble, PortDouble] {
    const ends: [PortDouble, PortDouble] = [new PortDouble(), new PortDouble()];
    ends[0].#other = ends[1];
    ends[1].#other = ends[0];
    return ends;
  }

  postMessage(message: unknown, transfer: RealPort[] = []): void {
    if (transfer.length > 0) throw new Error('The Electron double carries no ports over ports');
    if (this.#closed) return; // as Electron: silently nowhere
    if (this.#other !== null) this.#other.#arrive({ data: structuredClone(message) });
  }

  start(): void {
    this.#started = true;
    this.#deliver();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#other !== null) this.#other.#arrive('close');
  }

  #arrive(what: { readonly data: unknown } | 'close'): void {
    this.#waiting.push(what);
    this.#deliver();
  }

  #deliver(): void {
    // A close is told even to a port that was never started.
    if (this.#delivering || (!this.#started && this.#waiting[0] !== 'close')) return;
    this.#delivering = true;
    setImmediate(() => {
      this.#delivering = false;
      const next = this.#waiting.shift();
      if (next === undefined || this.#closed) return;
      if (next === 'close') {
        this.#closed = true;
        this.emit('close');
        return;
      }
      this.emit('message', { data: next.data, ports: [] });
      this.#deliver();
    });
  }
}

export class ChannelDouble {
  readonly port1: PortDouble;
  readonly port2: PortDouble;

  constructor() {
    [this.port1, this.port2] = PortDouble.pair();
  }
}
// The emitter's listeners are Electron's business; everything else has Electron's own shape.
ChannelDouble satisfies new () => { [P in keyof RealChannel]: Pick<RealChannel[P], 'postMessage' | 'start' | 'close'> };

/** A message as it crosses into or out of a page: only text and bytes ever travel on our ports. */
export type Crossing = { readonly text: string } | { readonly base64: string };

export function toCrossing(message: unknown): Crossing {
  if (typeof message === 'string') return { text: message };
  if (message instanceof Uint8Array) return { base64: Buffer.from(message).toString('base64') };
  throw new Error(`The Electron double carries text and bytes only, not ${typeof message}`);
}

export function fromCrossing(crossing: Crossing): Posted {
  return 'text' in crossing ? crossing.text : new Uint8Array(Buffer.from(crossing.base64, 'base64'));
}
