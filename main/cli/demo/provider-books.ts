/** What the books of the simulated providers say was paid, held against what was asked for. */
import type { DemoProviders, ProviderPayee } from './providers.ts';

export interface ProviderSays {
  readonly payments: number;
  /** Payees who were paid exactly what was asked for, once. */
  readonly paidOnce: number;
  /** References of those of whom that is not so. */
  readonly otherwise: readonly string[];
}

export function stripeSays({ stripe, platform }: DemoProviders): ProviderSays {
  return heldAgainst(
    stripe,
    platform().transfers.map(({ destination, amount, currency, reversals }) => ({
      to: destination,
      said: reversals.length === 0 ? `${amount} ${currency}` : 'taken back',
    })),
    (amountMinor) => `${amountMinor} usd`,
  );
}

/** What it keeps has eight decimals, of which we use six. */
export function nowPaymentsSays({ nowpayments, account }: DemoProviders): ProviderSays {
  return heldAgainst(
    nowpayments,
    account().withdrawals.map(({ address, amount, status }) => ({ to: address, said: `${amount} ${status}` })),
    (amountMinor) => `${amountMinor * 100n} FINISHED`,
  );
}

function heldAgainst(
  payees: readonly ProviderPayee[],
  paid: readonly { readonly to: string; readonly said: string }[],
  expected: (amountMinor: bigint) => string,
): ProviderSays {
  const byAddress = Map.groupBy(paid, ({ to }) => to);
  const otherwise = payees.filter(({ address, amountMinor }) => {
    const [one, ...more] = byAddress.get(address) ?? [];
    return one?.said !== expected(amountMinor) || more.length > 0;
  });
  return {
    payments: paid.length,
    paidOnce: payees.length - otherwise.length,
    otherwise: otherwise.map(({ reference }) => reference),
  };
}
