/**
 * A payout provider whose memory is a file, so that it outlives the process that asks it, as a
 * real one's does: one line for each order it took, written before it answers.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { AssetId } from '../../core/money/assets.ts';
import {
  type PayoutProvider,
  type ProviderAnswer,
  type ProviderRecord,
  ProviderRefused,
  ProviderUnreachable,
} from '../../core/rails/provider.ts';

export type RailManner =
  | 'completes'
  | 'fails'
  | 'says something strange'
  | 'refuses'
  | 'refuses for now'
  | 'loses the answer'
  | 'loses the first request';

interface Line {
  readonly key: string;
  readonly status: ProviderAnswer['status'] | 'lost';
  readonly amountMinor: string;
  readonly assetId: string;
}

const STATUS: { readonly [M in RailManner]: ProviderAnswer['status'] } = {
  completes: 'completed',
  fails: 'failed',
  'says something strange': 'unknown',
  refuses: 'failed',
  'refuses for now': 'failed',
  'loses the answer': 'completed',
  'loses the first request': 'completed',
};

export function linesIn(folder: string): readonly Line[] {
  const file = path.join(folder, 'rail.jsonl');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
}

const takenIn = (folder: string) => linesIn(folder).filter(({ status }) => status !== 'lost');

export function fileRail(folder: string, manner: RailManner): PayoutProvider {
  const write = (line: Line) => appendFileSync(path.join(folder, 'rail.jsonl'), `${JSON.stringify(line)}\n`);
  const answerOf = ({ key, status }: Line): ProviderAnswer => ({
    reference: `ref-${key}`,
    status: status as ProviderAnswer['status'],
    rawStatus: status,
    message: status === 'failed' ? 'The account is closed.' : null,
  });
  const known = (key: string) => takenIn(folder).find((line) => line.key === key);

  return {
    rail: 'simulated',
    checkAddress: () => ({ ok: true }),
    async createPayout({ key, amountMinor, assetId }) {
      const earlier = known(key);
      if (earlier) return answerOf(earlier);
      if (manner === 'refuses' || manner === 'refuses for now') {
        throw new ProviderRefused('not like this', manner === 'refuses for now');
      }
      const line: Line = { key, status: STATUS[manner], amountMinor: amountMinor.toString(), assetId };
      if (manner === 'loses the first request' && linesIn(folder).length === 0) {
        write({ ...line, status: 'lost' });
        throw new ProviderUnreachable('the request was lost');
      }
      write(line);
      if (manner === 'loses the answer') throw new ProviderUnreachable('the answer was lost');
      return answerOf(line);
    },
    async getPayoutStatus(reference) {
      const line = takenIn(folder).find(({ key }) => `ref-${key}` === reference);
      if (!line) throw new ProviderRefused('unknown reference', false);
      return answerOf(line);
    },
    getEstimate: async ({ assetId }) => ({ feeMinor: 0n, feeAssetId: assetId, expiresAtMs: Number.MAX_SAFE_INTEGER }),
    async lookup(key) {
      const line = known(key);
      return line ? answerOf(line) : null;
    },
    async listSince(cursor) {
      const records = takenIn(folder).map((line, index): ProviderRecord => {
        const { reference, status } = answerOf(line);
        return {
          eventId: `event-${index + 1}`,
          reference,
          key: line.key,
          status,
          amountMinor: BigInt(line.amountMinor),
          assetId: line.assetId as AssetId,
          atMs: 1_767_603_600_000 + index,
          raw: JSON.stringify(line),
        };
      });
      return { records: records.slice(Number(cursor ?? '0')), cursor: String(records.length), more: false };
    },
  };
}
