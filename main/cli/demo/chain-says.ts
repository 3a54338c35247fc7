/** What the network's own ledgers say was paid, held against what was asked for. */

import type { StellarWorld } from '../../sandbox/stellar/demo-world.ts';
import { innerOf } from '../../sandbox/stellar/transactions.ts';
import { keyOfAsset } from '../../sandbox/stellar/world.ts';

export interface ChainSays {
  /** Transactions of the treasury that took effect. */
  readonly transactions: number;
  readonly payments: number;
  /** Payees who were paid exactly what was asked for, once, and have exactly that. */
  readonly paidOnce: number;
  /** References of those of whom that is not so. */
  readonly otherwise: readonly string[];
  /** What the treasury has less than before, beyond what was asked for. */
  readonly unexplainedMinor: string;
}

export function chainSays({ sandbox: { network }, source, payees, fundedMinor }: StellarWorld): ChainSays {
  const usdc = keyOfAsset(network.usdc);
  const balanceOf = (address: string) => network.world.accounts.get(address)?.trustlines.get(usdc)?.balance ?? 0n;
  const paid = new Map<string, string[]>();
  let transactions = 0;
  let payments = 0;
  for (const { isSuccess, transaction } of network.ledgers.flatMap((ledger) => ledger.transactions)) {
    const inner = innerOf(transaction);
    const paying = inner.operations.filter((operation) => operation.type === 'payment');
    if (!isSuccess || inner.source !== source || paying.length === 0) continue;
    transactions += 1;
    payments += paying.length;
    for (const { destination, asset, amount } of paying) {
      const said = `${amount} ${keyOfAsset(asset)}`;
      paid.set(destination, [...(paid.get(destination) ?? []), said]);
    }
  }
  const isOnce = (address: string, amountMinor: bigint) => {
    const [said, ...more] = paid.get(address) ?? [];
    return said === `${inUsdc(amountMinor)} ${usdc}` && more.length === 0 && balanceOf(address) === amountMinor;
  };
  const otherwise = payees.filter(({ address, amountMinor }) => !isOnce(address, amountMinor));
  const asked = payees.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  return {
    transactions,
    payments,
    paidOnce: payees.length - otherwise.length,
    otherwise: otherwise.map(({ reference }) => reference),
    unexplainedMinor: (fundedMinor - balanceOf(source) - asked).toString(),
  };
}

/** As the network writes it: always seven decimals. */
export function inUsdc(minor: bigint): string {
  const digits = minor.toString().padStart(8, '0');
  return `${digits.slice(0, -7)}.${digits.slice(-7)}`;
}
