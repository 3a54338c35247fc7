/** The model's books: balances in a map. Whatever a payee or an escrow holds is never below zero. */
export type Asset = 'iso:USD' | 'iso:EUR' | 'credit:micro';

export const payee = (index: number, asset: Asset) => `payee:${index}||${asset}`;
export const escrow = (asset: Asset) => `treasury|withdrawal:pending|${asset}`;
export const reserve = (asset: Asset) => `treasury|reserve:held|${asset}`;
export const overpaid = (asset: Asset) => `treasury|receivable:overpaid|${asset}`;
export const clearing = (asset: Asset) => `treasury:clearing:simulated||${asset}`;
export const system = (name: string, asset: Asset) => `treasury:${name}||${asset}`;
export const funds = (asset: Asset) => system('payout_reserve', asset);

const mayGoNegative = (account: string) =>
  !account.startsWith('payee:') && !/^treasury\|(?:withdrawal:pending|reserve:held)\|/.test(account);

export interface Move {
  readonly from: string;
  readonly to: string;
  readonly amount: bigint;
}

export class Books {
  readonly balances = new Map<string, bigint>();
  /** Keys that were used, with what they were used for. */
  readonly keys = new Map<string, string>();

  of(account: string): bigint {
    return this.balances.get(account) ?? 0n;
  }

  /** All of it or, where a limit would break, nothing. */
  move(moves: readonly Move[]): 'ok' | 'ledger.limit' {
    const deltas = new Map<string, bigint>();
    const add = (account: string, amount: bigint) => deltas.set(account, (deltas.get(account) ?? 0n) + amount);
    for (const { from, to, amount } of moves) {
      add(from, -amount);
      add(to, amount);
    }
    for (const [account, delta] of deltas) {
      if (delta < 0n && !mayGoNegative(account) && this.of(account) + delta < 0n) return 'ledger.limit';
    }
    for (const [account, delta] of deltas) this.balances.set(account, this.of(account) + delta);
    return 'ok';
  }

  /** Under a key: the same again is done already, another thing under it is refused. */
  moveOnce(
    key: string,
    content: string,
    moves: readonly Move[],
  ): 'ok' | 'again' | 'ledger.idempotency_mismatch' | 'ledger.limit' {
    const earlier = this.keys.get(key);
    if (earlier !== undefined) return earlier === content ? 'again' : 'ledger.idempotency_mismatch';
    const moved = this.move(moves);
    if (moved === 'ok') this.keys.set(key, content);
    return moved;
  }
}
