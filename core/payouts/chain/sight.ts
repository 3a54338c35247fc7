/**
 * Looks for a transaction by its hash, and by those of what was sent in its place. What is not found
 * has provably not happened only when a ledger has closed after its time, and when the node that was
 * asked knows every ledger since it was built. Otherwise the archive is asked.
 */
import type { ChainNetwork, Found, Reach } from '../../rails/chain.ts';
import { bumpsOf } from './bumps.ts';
import { type ChainDesk, orSilence } from './desk.ts';
import type { ChainRecord } from './records.ts';

export type InLedger = Exclude<Found, { status: 'unknown' }>;

export type Sight =
  | { readonly kind: 'found'; readonly found: InLedger }
  /** It is in no ledger, and no ledger takes it any more. */
  | { readonly kind: 'gone' }
  /** Nothing is known yet. */
  | { readonly kind: 'waiting' }
  /** Its time is over, and nobody's history reaches back far enough to say what became of it. */
  | { readonly kind: 'unproven' };

/** Of one node. */
type View = Sight | { readonly kind: 'silent' };

export async function lookFor({ treasury, rail }: ChainDesk, record: ChainRecord): Promise<Sight> {
  const bumps = await bumpsOf(treasury.writer, record.id);
  const hashes = bumps.map(({ hash }) => hash);
  const online = await viewOf(rail.online, record, hashes);
  if (online.kind === 'found' || online.kind === 'gone' || online.kind === 'waiting') return online;
  if (!rail.archive) return online.kind === 'silent' ? { kind: 'waiting' } : online;
  const archive = await viewOf(rail.archive, record, hashes);
  if (archive.kind === 'silent') return { kind: 'waiting' };
  return archive;
}

async function viewOf(network: ChainNetwork, record: ChainRecord, bumpHashes: readonly string[]): Promise<View> {
  return (
    (await orSilence(async (): Promise<View> => {
      const views = [await viewOfHash(network, record, record.hash, false)];
      for (const hash of bumpHashes) views.push(await viewOfHash(network, record, hash, true));
      for (const kind of ['found', 'waiting', 'unproven'] as const) {
        const view = views.find((one) => one.kind === kind);
        if (view) return view;
      }
      return { kind: 'gone' };
    })) ?? { kind: 'silent' }
  );
}

async function viewOfHash(network: ChainNetwork, record: ChainRecord, hash: string, isBump: boolean): Promise<Sight> {
  const found = await network.find(hash);
  if (found.status === 'unknown') return absent(record, found.reach);
  if (found.status === 'success' || found.operations.length > 0) return { kind: 'found', found };
  // It failed before its operations were tried, so its number may not be used up: the inner one of
  // a raised fee can still get in, and the transaction itself until its time is over.
  if (isBump) return { kind: 'gone' };
  const { latestCloseTimeS } = await network.reach();
  return latestCloseTimeS > Number(record.maxTimeS) ? { kind: 'found', found } : { kind: 'waiting' };
}

function absent({ maxTimeS, ledgerBefore }: ChainRecord, reach: Reach): Sight {
  if (reach.latestCloseTimeS <= Number(maxTimeS)) return { kind: 'waiting' };
  const before = Number(ledgerBefore);
  const covers = reach.oldestLedger <= before + 1 && reach.latestLedger > before;
  return { kind: covers ? 'gone' : 'unproven' };
}
