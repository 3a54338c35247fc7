/** What befalls a payment on its way, by a seed: the network loses, refuses, forgets; the process dies. */
import type { ChainNetwork, ChainRail, ContractCalls } from '../../../core/rails/chain.ts';
import { ProviderUnreachable } from '../../../core/rails/provider.ts';
import type { Writer } from '../../../core/store/tx.ts';
import { Died } from '../../support/dying-writer.ts';

/** A small generator whose numbers are the same everywhere. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface Weather {
  /** Chances of each, for a call. */
  readonly loseRequest: number;
  readonly loseAnswer: number;
  readonly busy: number;
  /** Of dying at a step: before it, or after it and before anybody is told. */
  readonly die: number;
}

export const CALM: Weather = { loseRequest: 0, loseAnswer: 0, busy: 0, die: 0 };

export class Storm {
  weather: Weather = CALM;
  /** True for a while in which nobody answers. */
  isAway = false;
  isArchiveAway = false;
  readonly #random: () => number;
  #dead = false;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Another process begins where the dead one stopped. */
  revive(): void {
    this.#dead = false;
  }

  over(network: ChainNetwork, isArchive = false): ChainNetwork {
    const through = <T>(question: () => Promise<T>) => this.#through(question, isArchive);
    return {
      reach: () => through(() => network.reach()),
      accounts: (addresses) => through(() => network.accounts(addresses)),
      baseReserve: () => through(() => network.baseReserve()),
      claimables: (ids) => through(() => network.claimables(ids)),
      feePerOperation: () => through(() => network.feePerOperation()),
      send: (envelope) =>
        through(async () =>
          this.#random() < this.weather.busy ? { status: 'busy' as const } : network.send(envelope),
        ),
      find: (hash) => through(() => network.find(hash)),
    };
  }

  async #through<T>(question: () => Promise<T>, isArchive = false): Promise<T> {
    this.#step();
    if (this.isAway || (isArchive && this.isArchiveAway)) throw new ProviderUnreachable('nobody is there');
    if (this.#random() < this.weather.loseRequest) throw new ProviderUnreachable('the request was lost');
    const answer = await question();
    this.#step();
    if (this.#random() < this.weather.loseAnswer) throw new ProviderUnreachable('the answer was lost');
    return answer;
  }

  overCalls(calls: ContractCalls): ContractCalls {
    return { ...calls, tryOut: (order) => this.#through(() => calls.tryOut(order)) };
  }

  overRail(rail: ChainRail): ChainRail {
    return {
      ...rail,
      online: this.over(rail.online),
      archive: rail.archive && this.over(rail.archive, true),
      calls: rail.calls && this.overCalls(rail.calls),
    };
  }

  overWriter(writer: Writer): Writer {
    return {
      get dialect() {
        return writer.dialect;
      },
      get db() {
        return writer.db;
      },
      rows: (query) => writer.rows(query),
      transaction: async (work) => {
        this.#step();
        const result = await writer.transaction(work);
        this.#step();
        return result;
      },
    };
  }

  #step(): void {
    if (!this.#dead && this.#random() < this.weather.die) this.#dead = true;
    if (this.#dead) throw new Died('The process is dead');
  }
}
