import { useEffect, useRef } from 'react';
import type { ChainDocument } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { go, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { FullAddress } from '../../ui/address.tsx';
import { Amount } from '../../ui/amount.tsx';
import { Fact } from '../../ui/facts.tsx';
import { ErrorNote, Working } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';
import { useSimulateAgain } from './use-signing.ts';

const say = words.signing.call;
const STROOP_PLACES = 7;

/** What a contract call adds to the facts of a transaction. */
export function CallFactsOf({ document }: { readonly document: ChainDocument }) {
  const { call, resourceFeeMinor, simulatedAtMs } = document;
  if (call === null) return null;
  return (
    <>
      <Fact name={say.contract}>
        <FullAddress address={call.contract} />
      </Fact>
      <Fact name={say.method}>
        <span className="font-mono text-xs">{call.method}</span>
      </Fact>
      <Fact name={say.resourceFee}>
        <Amount minor={resourceFeeMinor} scale={STROOP_PLACES} code="XLM" />
        <span className="ml-2 text-xs text-faint">{say.inTheFee}</span>
      </Fact>
      {simulatedAtMs === null ? null : (
        <Fact name={say.triedOut}>
          <Ago atMs={simulatedAtMs} />
        </Fact>
      )}
    </>
  );
}

/** The payouts that one call pays, in the order of its arguments. */
export function PaidByCall({ pays }: { readonly pays: ChainDocument['operations'][number]['pays'] }) {
  return (
    <ol className="col-span-2 col-start-2 flex flex-col" aria-label={say.pays}>
      {pays.map((paid, position) => (
        <li key={paid.payoutId} className="grid grid-cols-[1.5rem_minmax(0,1fr)_auto] items-baseline gap-x-2 py-1">
          <span className="tabular text-xs text-faint">{position + 1}</span>
          <button
            type="button"
            className="min-w-0 text-left font-medium break-words hover:underline"
            onClick={() => go({ place: 'payouts', open: paid.payoutId, params: {} })}
          >
            {paid.payee} <span className="font-normal text-soft">{paid.reference}</span>
          </button>
          <Amount minor={paid.amountMinor} scale={STROOP_PLACES} code={paid.assetCode} />
          <span className="col-span-2 col-start-2 text-xs text-soft">
            <FullAddress address={paid.address} />
          </span>
        </li>
      ))}
    </ol>
  );
}

/**
 * Before anybody reads it, the call is tried out again, once: where the network has changed, what is
 * read is the one that was built in its place.
 */
export function TriedAgain({ document }: { readonly document: ChainDocument }) {
  const again = useSimulateAgain();
  const { id, call, state, mode, handedOut, weight } = document;
  const asked = useRef<string | null>(null);
  const me = useMe();
  const { params } = useRoute();
  const isUnsigned = call !== null && state === 'built' && !handedOut && weight === 0;
  const isDue = isUnsigned && mode === 'signers' && hasAnyRole(me, ['signer']);
  const { mutate } = again;
  useEffect(() => {
    if (!isDue || asked.current === id) return;
    asked.current = id;
    mutate(
      { id },
      {
        onSuccess: ({ changed, transaction }) => {
          if (changed) go({ open: transaction.id, params: { anew: '1' } });
        },
      },
    );
  }, [id, isDue, mutate]);
  if (!isDue) return null;
  if (again.isPending) return <Working>{say.trying}</Working>;
  if (again.error) return <ErrorNote error={again.error} onRetry={() => mutate({ id })} />;
  return params.anew === undefined ? null : <p className="text-sm font-medium text-amber">{say.anew}</p>;
}
