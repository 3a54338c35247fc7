/**
 * An account that pays for nothing but higher bids, so that outbidding what is stuck needs neither the
 * source's key nor its device. It can lose no more than its cap within a day: whoever takes its key
 * gains fees, and no payment.
 */
import { sql } from 'kysely';
import { Refusal } from '../../errors/refusal.ts';
import type { Authority } from '../../rails/chain.ts';
import type { Reader } from '../../store/tx.ts';
import { bumpsOf } from './bumps.ts';
import { answered, type ChainDesk } from './desk.ts';
import { feeAccountMissing, feeAccountPoor, feeCap } from './errors.ts';
import type { HotSigner } from './hot-key.ts';
import { type BumpPayer, raiseFee } from './raise-fee.ts';
import { type ChainRecord, transactionsUnderWay } from './records.ts';
import { isStopped } from './stops.ts';

export interface FeeAccount {
  readonly address: string;
  readonly signer: HotSigner;
  readonly dailyCapMinor: bigint;
  /** How long a transaction waits before it is outbid by itself. */
  readonly bumpAfterMs: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** What it was charged within a day, and the most it may still be charged for what it has signed. */
export async function feeAccountSpent(reader: Reader, address: string, nowMs: number): Promise<bigint> {
  const since = BigInt(nowMs - DAY_MS);
  const [row] = await reader.rows<{ spent: bigint | string | null }>(sql`
    select sum(case
      when t.state in ('confirmed', 'failed') then case when t.fee_source = ${address} then t.fee_charged_minor else 0 end
      else b.most end) as spent
    from chain_transactions t
      join (select transaction_id, max(fee_minor) as most from chain_bumps where fee_source = ${address}
        group by transaction_id) b on b.transaction_id = t.id
    where t.state in ('built', 'signed', 'submitted')
      or (t.ended_at_ms > ${since} and not (t.state = 'expired' and t.words <> 'unproven'))`);
  return BigInt(row?.spent ?? 0);
}

/** Refused when it is not there, may not sign, or could not pay the bid. */
export function paidBy({ treasury, rail }: ChainDesk, account: FeeAccount): BumpPayer {
  const { address, signer, dailyCapMinor } = account;
  return {
    address,
    async sign(envelope, _record, feeMinor) {
      const facts = (await answered(() => rail.online.accounts([address]))).get(address);
      if (!facts) throw feeAccountMissing(address);
      if (facts.spendableMinor < feeMinor) throw feeAccountPoor(address, facts.spendableMinor, feeMinor);
      return signer.sign(envelope, forFees(facts));
    },
    async refuseAbove(reader, record, feeMinor) {
      const spent = await feeAccountSpent(reader, address, treasury.clock.nowMs());
      // A higher bid takes the place of those before: at most one of them is ever charged.
      const replaced = (await bumpsOf(reader, record.id)).filter(({ feeSource }) => feeSource === address).at(-1);
      const after = spent - (replaced?.feeMinor ?? 0n) + feeMinor;
      if (after > dailyCapMinor) throw feeCap(address, feeMinor, dailyCapMinor - (after - feeMinor));
    },
  };
}

/** To pay a fee takes the low threshold only. */
const forFees = ({ signers, thresholds }: Authority): Authority => ({
  signers,
  thresholds: { ...thresholds, medium: thresholds.low },
});

/** Outbids what waits too long, as far as the cap reaches. Says what stood in the way of the last that could not be. */
export async function outbidStuck(
  desk: ChainDesk,
  account: FeeAccount,
  limit: number,
  step: () => Promise<void> = async () => undefined,
): Promise<{ readonly raised: number; readonly refused: string | null }> {
  const result = { raised: 0, refused: null as string | null };
  for (const record of await transactionsUnderWay(desk.treasury.writer, desk.rail.network, limit)) {
    await step();
    if (!(await isStuck(desk, account, record))) continue;
    try {
      await raiseFee(desk, record.id, paidBy(desk, account));
      result.raised += 1;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      result.refused = error.message;
    }
  }
  return result;
}

async function isStuck({ treasury, settings }: ChainDesk, account: FeeAccount, record: ChainRecord): Promise<boolean> {
  const nowMs = treasury.clock.nowMs();
  if (record.state !== 'submitted' || nowMs >= Number(record.maxTimeS) * 1000) return false;
  if (record.submissions >= BigInt(settings.submissionsMax)) return false;
  const last = (await bumpsOf(treasury.writer, record.id)).at(-1);
  const sinceMs = last?.builtAtMs ?? record.signedAtMs ?? nowMs;
  if (nowMs - sinceMs < account.bumpAfterMs) return false;
  return !(await isStopped(treasury.writer, record));
}
