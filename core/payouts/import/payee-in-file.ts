/** One payee as the vault knows them and as the file has spoken of them so far. */
import type { KnownAsset } from './amounts.ts';
import type { Usual } from './history.ts';
import type { NewPayee } from './judge-row.ts';
import type { KnownPayee } from './vault-facts.ts';

interface OfAsset {
  readonly asset: KnownAsset;
  /** What they are usually paid; null where there is too little to say, undefined until it is asked. */
  usual: Usual | null | undefined;
  /** The line that first asked for this amount. */
  readonly lines: Map<bigint, number>;
}

export class PayeeInFile {
  /** Null for somebody the vault does not know. */
  readonly known: KnownPayee | null;
  /** As their first complete row has them, where the vault does not know them. */
  fresh: NewPayee | null = null;
  /** Nearly everybody is paid in one asset. */
  readonly #ofAssets: OfAsset[] = [];

  constructor(known: KnownPayee | null) {
    this.known = known;
  }

  of(asset: KnownAsset): OfAsset {
    for (const known of this.#ofAssets) if (known.asset === asset) return known;
    const begun: OfAsset = { asset, usual: undefined, lines: new Map() };
    this.#ofAssets.push(begun);
    return begun;
  }
}
