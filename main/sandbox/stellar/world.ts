/**
 * What the simulated network knows: accounts, trustlines, claimable balances and what its contracts
 * hold. A transaction is applied to a draft, which becomes the world or is thrown away whole.
 */
import { Asset, type Claimant } from '@stellar/stellar-sdk/base';

export const STROOPS = 10_000_000n;
/** What each entry an account keeps on the ledger locks up of its balance. */
export const BASE_RESERVE = 5_000_000n;
export const INT64_MAX = 2n ** 63n - 1n;

export interface Trustline {
  balance: bigint;
  limit: bigint;
  authorized: boolean;
}

export interface Account {
  readonly id: string;
  balance: bigint;
  sequence: bigint;
  /** 1 authorisation required, 2 revocable, 4 immutable, 8 clawback. */
  flags: number;
  homeDomain: string;
  thresholds: { master: number; low: number; medium: number; high: number };
  /** Other signers by their key: `G…`, a transaction's hash `T…`, a secret's hash `X…`. */
  signers: Map<string, number>;
  trustlines: Map<string, Trustline>;
  data: Map<string, Buffer>;
  /** Reserves this account pays for entries that are not its own: its claimable balances. */
  sponsoring: number;
  modifiedIn: number;
}

export interface ClaimableBalance {
  /** Hex, with its four bytes of type in front, as Horizon writes it. */
  readonly id: string;
  readonly asset: Asset;
  readonly amount: bigint;
  readonly claimants: readonly Claimant[];
  readonly sponsor: string;
  readonly createdAt: number;
  readonly createdIn: number;
}

export class World {
  readonly accounts = new Map<string, Account>();
  readonly claimables = new Map<string, ClaimableBalance>();
  /** What contracts hold: contract, then asset. */
  readonly held = new Map<string, Map<string, bigint>>();
}

export function keyOfAsset(asset: Asset): string {
  return asset.isNative() ? 'native' : `${asset.getCode()}:${asset.getIssuer()}`;
}

export function assetOfKey(key: string): Asset {
  const [code, issuer] = key.split(':');
  return issuer === undefined ? Asset.native() : new Asset(code ?? '', issuer);
}

export function newAccount(id: string, balance: bigint, sequence: bigint): Account {
  return {
    id,
    balance,
    sequence,
    flags: 0,
    homeDomain: '',
    thresholds: { master: 1, low: 0, medium: 0, high: 0 },
    signers: new Map(),
    trustlines: new Map(),
    data: new Map(),
    sponsoring: 0,
    modifiedIn: 0,
  };
}

export function subentriesOf({ signers, trustlines, data }: Account): number {
  return signers.size + trustlines.size + data.size;
}

/** What must stay on an account as it is, with so many entries more. */
export function reserveOf(account: Account, more = 0): bigint {
  return BigInt(2 + subentriesOf(account) + account.sponsoring + more) * BASE_RESERVE;
}

/** Changes that are not the world's yet. */
export class Draft {
  readonly #world: World;
  readonly #accounts = new Map<string, Account | null>();
  readonly #claimables = new Map<string, ClaimableBalance | null>();
  readonly #held = new Map<string, Map<string, bigint>>();
  readonly ledger: number;
  readonly closeTime: number;

  constructor(world: World, ledger: number, closeTime: number) {
    this.#world = world;
    this.ledger = ledger;
    this.closeTime = closeTime;
  }

  /** To look at and to change. */
  account(id: string): Account | null {
    const drafted = this.#accounts.get(id);
    if (drafted !== undefined) return drafted;
    const account = this.#world.accounts.get(id);
    if (!account) return null;
    const copy = copyOf(account, this.ledger);
    this.#accounts.set(id, copy);
    return copy;
  }

  addAccount(account: Account): void {
    this.#accounts.set(account.id, { ...account, modifiedIn: this.ledger });
  }

  claimable(id: string): ClaimableBalance | null {
    const drafted = this.#claimables.get(id);
    return drafted === undefined ? (this.#world.claimables.get(id) ?? null) : drafted;
  }

  addClaimable(balance: ClaimableBalance): void {
    this.#claimables.set(balance.id, balance);
  }

  removeClaimable(id: string): void {
    this.#claimables.set(id, null);
  }

  heldBy(contract: string): Map<string, bigint> {
    const drafted = this.#held.get(contract);
    if (drafted) return drafted;
    const copy = new Map(this.#world.held.get(contract) ?? []);
    this.#held.set(contract, copy);
    return copy;
  }

  commit(): void {
    for (const [id, account] of this.#accounts) if (account) this.#world.accounts.set(id, account);
    for (const [id, balance] of this.#claimables) {
      if (balance) this.#world.claimables.set(id, balance);
      else this.#world.claimables.delete(id);
    }
    for (const [contract, balances] of this.#held) this.#world.held.set(contract, balances);
  }
}

function copyOf(account: Account, ledger: number): Account {
  return {
    ...account,
    thresholds: { ...account.thresholds },
    signers: new Map(account.signers),
    trustlines: new Map([...account.trustlines].map(([key, line]) => [key, { ...line }])),
    data: new Map(account.data),
    modifiedIn: ledger,
  };
}
