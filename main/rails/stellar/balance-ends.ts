/**
 * Who took a claimable balance, as Soroban RPC tells it: since CAP-67 an ordinary operation leaves
 * events like those of a contract, and the one of a claim names the balance and who has it now. RPC
 * remembers only so far back, and a node may be set up to keep no such events: then it says nothing.
 */
import { Address, nativeToScVal, type rpc, scValToNative, type xdr } from '@stellar/stellar-sdk';
import type { BalanceEnd, RecentEnds } from '../../../core/rails/chain.ts';
import { ProviderUnreachable } from '../../../core/rails/provider.ts';
import { kitAsset } from './chain-assets.ts';
import { rpcClient } from './node-clients.ts';

/** Ledgers that RPC looks through for one question. */
const LEDGERS_MAX = 10_000;
const QUESTIONS_MAX = 20;
/** No network closes ledgers faster than that for long; what is looked through in vain costs little. */
const LEDGER_S_MIN = 4;

export function recentEnds(url: string, networkPassphrase: string, timeoutMs?: number): RecentEnds {
  const server = rpcClient(url, timeoutMs);
  return async ({ id, asset, ledger, thereAtMs }) => {
    const contractIds = [kitAsset(asset).contractId(networkPassphrase)];
    // Four bytes of an id say of which kind it is, and one of an address.
    const balance = Address.claimableBalance(Buffer.from(id.slice(6), 'hex')).toScVal();
    const topic = (value: xdr.ScVal) => value.toXDR('base64');
    const symbol = (word: string) => topic(nativeToScVal(word, { type: 'symbol' }));
    const filters: rpc.Api.EventFilter[] = [
      {
        type: 'contract',
        contractIds,
        topics: [
          [symbol('transfer'), topic(balance), '*', '*'],
          [symbol('clawback'), topic(balance), '*'],
        ],
      },
    ];
    const { oldestLedger, latestLedger } = await asked(() => server.getHealth());
    const { closeTime } = await asked(() => server.getLatestLedger());
    const agoS = Math.max(0, Number(closeTime) - Math.floor(thereAtMs / 1000));
    const since = latestLedger - Math.ceil(agoS / LEDGER_S_MIN) - 1;
    let from = Math.max(oldestLedger, ledger, since);
    for (let question = 0; question < QUESTIONS_MAX && from <= latestLedger; question += 1) {
      const to = Math.min(from + LEDGERS_MAX, latestLedger + 1);
      const { events } = await asked(() => server.getEvents({ startLedger: from, endLedger: to, filters, limit: 10 }));
      const end = events.find((event) => event.inSuccessfulContractCall);
      if (end) return endOf(end);
      from = to;
    }
    return null;
  };
}

function endOf({ topic, txHash, ledgerClosedAt }: rpc.Api.EventResponse): BalanceEnd {
  const [what, , to] = topic.map((value) => scValToNative(value) as unknown);
  return {
    claimedBy: what === 'transfer' && typeof to === 'string' ? to : null,
    hash: txHash,
    atMs: Date.parse(ledgerClosedAt),
  };
}

async function asked<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    const why = error instanceof Error ? error.message : JSON.stringify(error);
    throw new ProviderUnreachable(`Soroban RPC gave no answer: ${why}`, { cause: error });
  }
}
