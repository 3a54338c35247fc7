/**
 * A provider that is asked with patience: not at all while it rests, whichever job or server found it
 * silent; and each answer, or its absence, is noted for the others.
 */
import type { RailName } from '../contract/payees.ts';
import type { Driver } from '../jobs/driver.ts';
import { type PayoutBatches, type PayoutProvider, ProviderRefused, ProviderUnreachable } from '../rails/provider.ts';
import { noteAnswer, noteSilence, restOf } from './health.ts';
import type { History } from './settle.ts';

export interface Patience {
  readonly driver: Driver;
  /** Between 0 and 1; keeps servers from asking again together. */
  readonly random: () => number;
  /** A rest that a person does not wait for: the one they found. */
  readonly despiteRestUntilMs?: number;
}

/** It was not asked. */
class ProviderResting extends ProviderUnreachable {
  constructor() {
    super('It is left alone for now');
  }
}

/** Whether the provider would be asked now. */
export async function mayAsk(rail: RailName, { driver, despiteRestUntilMs = 0 }: Patience): Promise<boolean> {
  const { writer, clock } = driver.treasury;
  const rest = await restOf(writer, rail, clock.nowMs());
  return rest === null || (rest.because === 'failures' && rest.untilMs <= despiteRestUntilMs);
}

/** `heard`: whether the provider itself gave the answer. */
type Ask = <T>(call: () => Promise<T>, heard?: (answer: T) => boolean) => Promise<T>;

function asker(rail: RailName, patience: Patience): Ask {
  const { driver, random } = patience;
  return async (call, heard = () => true) => {
    if (!(await mayAsk(rail, patience))) throw new ProviderResting();
    try {
      const answer = await call();
      if (heard(answer)) await noteAnswer(driver, rail);
      return answer;
    } catch (error) {
      // A refusal is an answer, too, and so is what is unknown of a single payment.
      if (isAnswer(error)) await noteAnswer(driver, rail);
      else if (error instanceof ProviderUnreachable)
        await noteSilence(driver, rail, { words: error.message, retryAfterMs: error.retryAfterMs, random });
      throw error;
    }
  };
}

function isAnswer(error: unknown): boolean {
  return error instanceof ProviderRefused || (error instanceof ProviderUnreachable && error.onlyThis);
}

export function patientHistory(history: History, patience: Patience): History {
  const ask = asker(history.rail, patience);
  return { ...history, listSince: (cursor) => ask(() => history.listSince(cursor)) };
}

export function patient(provider: PayoutProvider, patience: Patience): PayoutProvider {
  const ask = asker(provider.rail, patience);
  const { batches } = provider;
  const { onwardPayment, balances } = provider;
  return {
    ...provider,
    createPayout: (order) => ask(() => provider.createPayout(order)),
    getPayoutStatus: (reference) => ask(() => provider.getPayoutStatus(reference)),
    lookup: (key) => ask(() => provider.lookup(key)),
    listSince: (cursor) => ask(() => provider.listSince(cursor)),
    ...(balances && { balances: () => ask(() => balances.call(provider)) }),
    ...(onwardPayment && { onwardPayment: (reference) => ask(() => onwardPayment.call(provider, reference)) }),
    ...(batches && { batches: patientBatches(batches, ask) }),
  };
}

function patientBatches(batches: PayoutBatches, ask: Ask): PayoutBatches {
  return {
    ...batches,
    lookAhead: (orders, goesOn) =>
      ask(
        () => batches.lookAhead(orders, goesOn),
        ({ heard }) => heard,
      ),
    create: (orders) => ask(() => batches.create(orders)),
    find: (keys, sinceMs) => ask(() => batches.find(keys, sinceMs)),
    get: (reference) => ask(() => batches.get(reference)),
    release: (...given) => ask(() => batches.release(...given)),
    cancelScheduled: (reference) => ask(() => batches.cancelScheduled(reference)),
  };
}
