/** Balances left to be claimed, as the ledgers have them: who takes them, and what the records say of that. */
import { type Keypair, Operation, Transaction } from '@stellar/stellar-sdk';
import type { BalanceEnd } from '../../../core/rails/chain.ts';
import type { Writer } from '../../../core/store/tx.ts';
import type { StellarWorld } from '../../support/stellar-world.ts';

type KitOperation = Transaction['operations'][number];

/** Every operation that took effect, with whose transaction it was in. */
export function* operationsOnLedger(world: StellarWorld): Generator<{ operation: KitOperation; source: string }> {
  for (const { transactions } of world.network.ledgers) {
    for (const { transaction, isSuccess } of transactions) {
      const inner = transaction instanceof Transaction ? transaction : transaction.innerTransaction;
      for (const operation of isSuccess ? inner.operations : []) yield { operation, source: inner.source };
    }
  }
}

/** Whom an operation pays, in whichever way. */
export function addressPaidBy(operation: KitOperation): string | null {
  if (operation.type === 'payment' || operation.type === 'createAccount') return operation.destination;
  return operation.type === 'createClaimableBalance' ? (operation.claimants[0]?.destination ?? null) : null;
}

/** The payee opens an account, is ready to hold the asset, and takes what was left. */
export function claimFor(world: StellarWorld, payee: Keypair, balanceId: string): void {
  const { accounts, claimables } = world.network.world;
  const asset = claimables.get(balanceId)?.asset;
  if (!accounts.has(payee.publicKey())) world.network.fund(payee.publicKey());
  if (asset && !asset.isNative()) world.act(payee, [Operation.changeTrust({ asset })]);
  world.act(payee, [Operation.claimClaimableBalance({ balanceId })]);
}

/** What ended a balance, without a socket between. */
export function endOfBalance(world: StellarWorld, id: string): BalanceEnd | null {
  for (const { closeTime, transactions } of world.network.ledgers) {
    for (const { transaction, isSuccess, hash } of transactions) {
      const inner = transaction instanceof Transaction ? transaction : transaction.innerTransaction;
      const isEnd = (operation: KitOperation) =>
        operation.type === 'claimClaimableBalance' && operation.balanceId === id;
      if (isSuccess && inner.operations.some(isEnd)) return { claimedBy: inner.source, hash, atMs: closeTime * 1000 };
    }
  }
  return null;
}

/** What the records say of a balance, and the ledgers do not. */
export async function claimsThatDisagree(writer: Writer, world: StellarWorld): Promise<readonly string[]> {
  const takers = new Map<string, string>();
  for (const { operation, source } of operationsOnLedger(world)) {
    if (operation.type === 'claimClaimableBalance') takers.set(operation.balanceId, source);
  }
  const rows = await writer.db.selectFrom('claimable_balances').select(['id', 'state']).execute();
  const missing = [...world.network.world.claimables.keys()].filter((id) => !rows.some((row) => row.id === id));
  return [
    ...missing.map((id) => `nobody knows of the balance ${id}`),
    ...rows.flatMap(({ id, state }) => {
      const taker = takers.get(id);
      const expected = taker === undefined ? 'open' : taker === world.treasury.publicKey() ? 'reclaimed' : 'claimed';
      return state === expected ? [] : [`the balance ${id} is ${expected}, and ${state} in the records`];
    }),
  ];
}
