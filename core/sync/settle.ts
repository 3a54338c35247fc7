/**
 * Brings back what a provider says happened, page by page to the end of its history. The cursor
 * moves with the records that it is about, so whatever is cut short goes on where it stopped.
 */
import type { RailName } from '../contract/payees.ts';
import type { Driver } from '../jobs/driver.ts';
import type { PayoutProvider, RecordPage } from '../rails/provider.ts';
import { type Actor, perform, type Treasury, type Work } from '../store/command.ts';
import { readCursor, writeCursor } from './cursors.ts';
import { standsStill, tooManyPages, tooManyWaiting } from './errors.ts';
import { notePage, noteReadToEnd } from './health.ts';
import { handleEach, handleTogether, type OpenRecord, openRecords, storeRecords } from './records.ts';
import type { Outcome } from './weigh.ts';

export interface SyncResult {
  readonly stored: number;
  readonly settled: number;
  readonly quarantined: number;
}

export interface ReadResult extends SyncResult {
  /** False where it stopped before the end, because it was told to. */
  readonly isWhole: boolean;
}

export interface Reading extends Pick<Driver, 'step'> {
  /** Asked before each further page, for whoever goes on another time. Without it, all is read or it throws. */
  readonly goOn?: () => boolean;
}

/** For windows that show them; what it means for a payout is told by the payout. */
const RECORDS_CHANGED = 'provider.records_changed';

const PAGES_MAX = 1_000;
const WAITING_MAX = 1_000;
const WAITING_ROUNDS_MAX = 100;

/** Whatever tells what happened to payments, page by page. */
export type History = Pick<PayoutProvider, 'rail' | 'listSince'>;

type Tally = { -readonly [K in keyof SyncResult]: number };

/** Reads to the end of the history, or says that it did not: a part is never taken for the whole. */
export async function syncProvider(
  treasury: Treasury,
  actor: Actor,
  provider: History,
  { step, goOn }: Reading = {},
): Promise<ReadResult> {
  const { rail } = provider;
  const driver: Driver = {
    treasury,
    action: `sync.${rail}`,
    actor,
    origin: { host: 'engine', ip: null, userAgent: null, correlationId: actor.id },
    ...(step && { step }),
  };
  const total: Tally = { stored: 0, settled: 0, quarantined: 0 };
  // What came before comes first: the provider's last word is weighed last.
  await handleOpen(driver, rail, total);
  // Whoever compares history must not take a part of it for the whole: an end that is not the end is refused.
  for (let page = 0; ; page++) {
    if (page > 0 && goOn && (page === PAGES_MAX || !goOn())) return { ...total, isWhole: false };
    if (page === PAGES_MAX) throw tooManyPages(rail, PAGES_MAX);
    await driver.step?.();
    const from = await readCursor(treasury.writer, rail);
    const read = await provider.listSince(from);
    const { records, cursor, more } = read;
    const movesOn = cursor !== null && cursor !== from;
    if (records.length > 0 || (more && movesOn)) {
      const { stored, outcomes } = await takePage(driver, rail, read);
      total.stored += stored;
      add(total, outcomes);
    }
    if (!more) break;
    if (!movesOn) throw standsStill(rail);
  }
  // What a page told of may have made sense of what came before it.
  if (total.stored > 0) await handleOpen(driver, rail, total);
  await noteReadToEnd(treasury, rail);
  return { ...total, isWhole: true };
}

/** Handles what is stored and open, as far as it can be handled now. */
export async function handleOpen(driver: Driver, rail: RailName, total: Tally): Promise<void> {
  const { treasury } = driver;
  const look = () => openRecords(treasury.writer, rail, { nowMs: treasury.clock.nowMs(), limit: WAITING_MAX });
  for (let round = 0; ; round++) {
    if (round === WAITING_ROUNDS_MAX) throw tooManyWaiting(rail, WAITING_MAX * WAITING_ROUNDS_MAX);
    const open = await look();
    if (open.length === 0) return;
    await driver.step?.();
    add(total, await handleAll(driver, rail, open));
    if (open.length < WAITING_MAX) return;
  }
}

/** In one transaction; where one of them cannot be handled, each in its own. */
async function handleAll(driver: Driver, rail: RailName, records: readonly OpenRecord[]): Promise<readonly Outcome[]> {
  try {
    return await perform(driver.treasury, driver, async (work) => {
      const outcomes = await handleTogether(work, rail, records);
      work.audit({ action: driver.action, subject: `provider:${rail}`, details: { again: outcomes.length } });
      work.emit({ name: RECORDS_CHANGED, subject: `provider:${rail}` });
      return outcomes;
    });
  } catch {
    // Which one it was, and why, is found out and written down with each in its own transaction.
    return handleEach(driver, rail, records);
  }
}

/** The page, its records and what they come to, in one transaction; or first the page, and then each by itself. */
async function takePage(driver: Driver, rail: RailName, page: RecordPage): Promise<Taken> {
  try {
    return await perform(driver.treasury, driver, async (work) => {
      const fresh = await storeRecords(work, rail, page.records);
      const outcomes = await handleTogether(work, rail, fresh);
      await storePage(work, rail, page, fresh, outcomes);
      return { stored: fresh.length, outcomes };
    });
  } catch {
    const fresh = await perform(driver.treasury, driver, async (work) => {
      const stored = await storeRecords(work, rail, page.records);
      await storePage(work, rail, page, stored, []);
      return stored;
    });
    return { stored: fresh.length, outcomes: await handleEach(driver, rail, fresh) };
  }
}

interface Taken {
  readonly stored: number;
  readonly outcomes: readonly Outcome[];
}

async function storePage(
  work: Work,
  rail: RailName,
  { records, cursor, gap }: RecordPage,
  fresh: readonly OpenRecord[],
  outcomes: readonly Outcome[],
): Promise<void> {
  if (cursor !== null) await writeCursor(work, rail, cursor);
  await notePage(work, rail, records);
  if (fresh.length > 0) work.emit({ name: RECORDS_CHANGED, subject: `provider:${rail}` });
  work.audit({
    action: `sync.${rail}`,
    subject: `provider:${rail}`,
    details: {
      records: records.length,
      new: fresh.length,
      settled: outcomes.filter((outcome) => outcome === 'settled').length,
      ...(gap && { gapFromMs: gap.fromMs, gapToMs: gap.toMs }),
    },
  });
}

function add(total: Tally, outcomes: readonly Outcome[]): void {
  total.settled += outcomes.filter((outcome) => outcome === 'settled').length;
  total.quarantined += outcomes.filter((outcome) => outcome === 'quarantined').length;
}
