/** What keeps the double honest: whatever it lacks is named at once, instead of being `undefined`. */
import { EventEmitter } from 'node:events';

/** Asked of any object by the language itself, by `await` or by a failing assertion. */
const ASKED_BY_THE_LANGUAGE: ReadonlySet<string> = new Set([
  'then',
  'toJSON',
  'constructor',
  'asymmetricMatch',
  'nodeType',
]);

function lacking(what: string): Error {
  return new Error(`The Electron double lacks ${what}; the program now uses it, so the double must learn it`);
}

/** An object of Electron's, found anew at each use; touching what it does not have throws. */
export function facade<T extends object>(name: string, current: () => T): T {
  return new Proxy({} as T, {
    get(_empty, property) {
      const target = current();
      const value: unknown = Reflect.get(target, property, target);
      if (value === undefined && typeof property === 'string' && !(property in target)) {
        if (ASKED_BY_THE_LANGUAGE.has(property)) return undefined;
        throw lacking(`${name}.${property}`);
      }
      return typeof value === 'function' ? value.bind(target) : value;
    },
    has: (_empty, property) => property in current(),
  });
}

export interface PreventableEvent {
  readonly defaultPrevented: boolean;
  preventDefault(): void;
}

export function preventable<T extends object>(facts: T): T & PreventableEvent {
  const state = { prevented: false };
  return Object.defineProperties(facts, {
    preventDefault: {
      value: () => {
        state.prevented = true;
      },
    },
    defaultPrevented: { get: () => state.prevented },
  }) as T & PreventableEvent;
}

/** An emitter of the events that the double really emits; listening for another one throws. */
export class KnownEvents extends EventEmitter {
  readonly #name: string;
  readonly #known: ReadonlySet<string | symbol>;

  constructor(name: string, known: readonly string[]) {
    super();
    this.#name = name;
    this.#known = new Set(known);
  }

  override on(event: string | symbol, listener: (...facts: never[]) => void): this {
    if (!this.#known.has(event)) throw lacking(`the event "${String(event)}" of ${this.#name}`);
    return super.on(event, listener as (...facts: unknown[]) => void);
  }

  override once(event: string | symbol, listener: (...facts: never[]) => void): this {
    if (!this.#known.has(event)) throw lacking(`the event "${String(event)}" of ${this.#name}`);
    return super.once(event, listener as (...facts: unknown[]) => void);
  }
}
