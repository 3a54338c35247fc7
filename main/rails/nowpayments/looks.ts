/**
 * What NOWPayments says of payments before it is asked to make them: whether an address is one, and the
 * least it pays. Asked with patience, and remembered, so that an account which may ask once a second gets
 * through all of them.
 */
import { type LookAhead, type PlannedOrder, ProviderUnreachable } from '../../../core/rails/provider.ts';
import { expected, type NowPaymentsClient, NowRefusal, questionError } from './client.ts';
import { checkForm, type Place, type ScaleOf, toNowPayments } from './currency.ts';
import { Patience, type Wait } from './patience.ts';
import { minimum, status } from './shapes.ts';

/** An address stays what it is; should NOWPayments think otherwise by then, it says so when asked to pay. */
const GOOD_FOR_MS = 24 * 60 * 60_000;
const BAD_FOR_MS = 10 * 60_000;
const UNANSWERED_FOR_MS = 10 * 60_000;
/** It may be less by now, and what is too little for it fails for good: for that it has just been asked. */
const LEAST_FOR_MS = 60 * 60_000;
const TOO_LITTLE_FOR_MS = 60_000;
const NO_LEAST_FOR_MS = 10 * 60_000;
const KEPT_MAX = 20_000;
/** So many lost answers in a row are about NOWPayments, and not about what was asked. */
const SILENCES_MAX = 3;

export interface LooksSource {
  readonly client: NowPaymentsClient;
  readonly scaleOf: ScaleOf;
  readonly nowMs: () => number;
  readonly wait?: Wait | undefined;
}

export class Looks {
  readonly #source: LooksSource;
  /** Why not, by what was asked about. */
  readonly #addresses: Remembered<string | null>;
  readonly #leasts: Remembered<string | null>;
  /** Addresses of which NOWPayments said nothing while it answered otherwise. */
  readonly #unanswered: Remembered<true>;

  constructor(source: LooksSource) {
    this.#source = source;
    this.#addresses = new Remembered(source.nowMs);
    this.#leasts = new Remembered(source.nowMs);
    this.#unanswered = new Remembered(source.nowMs);
  }

  async ahead(orders: readonly PlannedOrder[], goesOn: () => Promise<boolean>): Promise<LookAhead> {
    const because = new Map<string, string>();
    const unknown = new Set<string>();
    const patience = new Patience(this.#source.wait);
    let heard = false;
    const look = async (order: PlannedOrder): Promise<void> => {
      const why = await patience.with(() => this.whyNot(order));
      heard = true;
      unknown.delete(order.payoutId);
      if (why !== null) because.set(order.payoutId, why);
    };
    const asked = orders.filter((order) => {
      const why = this.#known(order);
      if (why === 'unanswered') unknown.add(order.payoutId);
      else if (why != null) because.set(order.payoutId, why.said);
      return why === undefined;
    });
    const silent: PlannedOrder[] = [];
    let silences = 0;
    for (const order of asked) {
      if (!(await goesOn())) return { isWhole: false, heard, because, unknown };
      try {
        await look(order);
        silences = 0;
      } catch (error) {
        if (!isSilence(error)) throw error;
        unknown.add(order.payoutId);
        silent.push(order);
        silences += 1;
        if (silences < SILENCES_MAX) continue;
        // Not about one of them alone. Should it be about these all the same, the next look goes on behind them.
        if ((await goesOn()) && (await this.#isThere())) this.#leaveOut(silent.slice(-SILENCES_MAX));
        throw error;
      }
    }
    for (const order of silent) {
      if (!(await goesOn())) return { isWhole: false, heard, because, unknown };
      try {
        await look(order);
      } catch (error) {
        if (!isSilence(error)) throw error;
        if (!(await goesOn())) return { isWhole: false, heard, because, unknown };
        if (!(await this.#isThere())) throw error;
        heard = true;
        this.#leaveOut([order]);
      }
    }
    return { isWhole: true, heard, because, unknown };
  }

  /** Why this payment would not be taken; null when nothing speaks against it. */
  async whyNot(order: Omit<PlannedOrder, 'payoutId'>): Promise<string | null> {
    const planned = placeOf(order, this.#source.scaleOf);
    if ('why' in planned) return planned.why;
    const { place, amount } = planned;
    const why = await this.#whyNotAddress(place);
    return why ?? whyTooLittle(amount, place.currency, await this.#leastFor(amount, place.currency));
  }

  /** Without asking anybody; undefined where somebody has to be asked. */
  #known(order: PlannedOrder): { readonly said: string } | 'unanswered' | null | undefined {
    const planned = placeOf(order, this.#source.scaleOf);
    if ('why' in planned) return { said: planned.why };
    const { place, amount } = planned;
    const why = this.#addresses.get(nameOf(place));
    if (why != null) return { said: why };
    const least = this.#knownLeastFor(amount, place.currency);
    if (why === undefined || least === undefined) return this.#unanswered.get(nameOf(place)) ? 'unanswered' : undefined;
    const said = whyTooLittle(amount, place.currency, least);
    return said === null ? null : { said };
  }

  /** Whether NOWPayments says anything at all. */
  async #isThere(): Promise<boolean> {
    try {
      expected(status, await this.#source.client.ask('GET', 'status'));
      return true;
    } catch (error) {
      if (error instanceof NowRefusal) return true;
      if (isSilence(error)) return false;
      throw error;
    }
  }

  #leaveOut(orders: readonly PlannedOrder[]): void {
    for (const order of orders) {
      const planned = placeOf(order, this.#source.scaleOf);
      if ('place' in planned) this.#unanswered.keep(nameOf(planned.place), true, UNANSWERED_FOR_MS);
    }
  }

  async #whyNotAddress(place: Place): Promise<string | null> {
    const known = this.#addresses.get(nameOf(place));
    if (known !== undefined) return known;
    const why = await whyNotAddress(this.#source.client, place);
    this.#addresses.keep(nameOf(place), why, why === null ? GOOD_FOR_MS : BAD_FOR_MS);
    return why;
  }

  /** Null where the account may not ask: then NOWPayments says so when it is asked to pay. */
  async #leastFor(amount: string, currency: string): Promise<string | null> {
    const known = this.#knownLeastFor(amount, currency);
    if (known !== undefined) return known;
    const least = await leastOf(this.#source.client, currency);
    this.#leasts.keep(currency, least, least === null ? NO_LEAST_FOR_MS : LEAST_FOR_MS);
    return least;
  }

  #knownLeastFor(amount: string, currency: string): string | null | undefined {
    const least = this.#leasts.get(currency);
    if (least == null || !isLess(amount, least)) return least;
    return this.#leasts.get(currency, TOO_LITTLE_FOR_MS);
  }
}

/** Not an answer, not even that the keys are not taken, and no wish to be left alone. */
const isSilence = (error: unknown) =>
  error instanceof ProviderUnreachable && error.retryAfterMs === null && !(error.cause instanceof NowRefusal);

/** Answers that hold for a while. */
class Remembered<T> {
  readonly #nowMs: () => number;
  readonly #kept = new Map<string, { readonly value: T; readonly fromMs: number; readonly forMs: number }>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** What is older than `withinMs` is left aside, however long it holds. */
  get(name: string, withinMs = Number.POSITIVE_INFINITY): T | undefined {
    const found = this.#kept.get(name);
    if (!found) return undefined;
    const ageMs = this.#nowMs() - found.fromMs;
    return ageMs >= 0 && ageMs < Math.min(found.forMs, withinMs) ? found.value : undefined;
  }

  keep(name: string, value: T, forMs: number): void {
    // Taken out first, so that the oldest are those in front.
    this.#kept.delete(name);
    this.#kept.set(name, { value, fromMs: this.#nowMs(), forMs });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT_MAX) break;
      this.#kept.delete(oldest);
    }
  }
}

const nameOf = ({ currency, address, extraId }: Place) => JSON.stringify([currency, address, extraId]);

/** What can be told without NOWPayments. */
function placeOf(
  order: Omit<PlannedOrder, 'payoutId'>,
  scaleOf: ScaleOf,
): { readonly place: Place; readonly amount: string } | { readonly why: string } {
  const money = toNowPayments(order.assetId, order.amountMinor, scaleOf);
  if ('why' in money) return money;
  const { currency, amount } = money;
  if (order.currency !== null && order.currency !== currency)
    return { why: `The address is one of ${order.currency}.` };
  const place = { address: order.address, extraId: order.extraId, currency };
  const form = checkForm(place);
  return form.ok ? { place, amount } : { why: form.why };
}

/** What NOWPayments itself says of an address; null when it takes it. */
export async function whyNotAddress(
  client: NowPaymentsClient,
  { address, extraId, currency }: Place,
): Promise<string | null> {
  try {
    await client.ask('POST', 'payout/validate-address', { address, currency, extra_id: extraId });
    return null;
  } catch (error) {
    if (error instanceof NowRefusal && !error.isAboutAccess) return error.message;
    throw questionError(error);
  }
}

async function leastOf(client: NowPaymentsClient, currency: string): Promise<string | null> {
  try {
    const { result } = expected(minimum, await client.ask('GET', `payout-withdrawal/min-amount/${currency}`));
    return result;
  } catch (error) {
    if (error instanceof NowRefusal) return null;
    throw error;
  }
}

const whyTooLittle = (amount: string, currency: string, least: string | null) =>
  least !== null && isLess(amount, least) ? `NOWPayments pays no less than ${least} ${currency}.` : null;

/** Of two decimals without signs. */
function isLess(a: string, b: string): boolean {
  const [wholeA = '', fractionA = ''] = a.split('.');
  const [wholeB = '', fractionB = ''] = b.split('.');
  const scale = Math.max(fractionA.length, fractionB.length);
  return BigInt(wholeA + fractionA.padEnd(scale, '0')) < BigInt(wholeB + fractionB.padEnd(scale, '0'));
}
