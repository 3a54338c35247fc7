import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Payout } from '../../../core/contract/index.ts';
import type { Claim } from '../../../core/contract/payouts.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { orpc } from '../../app/client.ts';
import { go } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Fact, Facts, Section } from '../../ui/facts.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { Ago, Moment, useNowMs } from '../../ui/time.tsx';

const say = words.claims;

/** What became of an amount that was left for its payee to claim. */
export function ClaimSection({ payout, claim }: { readonly payout: Pick<Payout, 'id'>; readonly claim: Claim }) {
  return (
    <Section title={say.title}>
      <p className={claim.state === 'gone' ? 'text-amber' : undefined}>{say.states[claim.state]}</p>
      <Facts>
        <Fact name={say.made}>
          <Moment atMs={claim.createdAtMs} />
        </Fact>
        {claim.state === 'open' ? (
          <Fact name={say.reclaimable}>
            <Moment atMs={claim.reclaimableFromMs} />
          </Fact>
        ) : null}
        {claim.endedAtMs === null ? null : (
          <Fact name={say.ended[claim.state === 'open' ? 'gone' : claim.state]}>
            <Moment atMs={claim.endedAtMs} />
          </Fact>
        )}
        {claim.hash === null ? null : <Hex name={say.hash} text={claim.hash} />}
        <Hex name={say.balance} text={claim.balanceId} />
        {claim.state === 'open' || claim.state === 'gone' ? (
          <Fact name={say.looked}>
            <Ago atMs={claim.lookedAtMs} />
          </Fact>
        ) : null}
      </Facts>
      {claim.state === 'open' ? <TakeBack payoutId={payout.id} claim={claim} /> : null}
    </Section>
  );
}

function Hex({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <Fact name={name}>
      <span className="flex items-center gap-1">
        <span className="font-mono text-xs break-all text-soft">{text}</span>
        <CopyButton text={text} />
      </span>
    </Fact>
  );
}

/** Builds the transaction that takes it back; it is reviewed and signed like any other. */
function TakeBack({ payoutId, claim }: { readonly payoutId: string; readonly claim: Claim }) {
  const now = useNowMs();
  const maySign = hasAnyRole(useMe(), ['signer']);
  const queries = useQueryClient();
  const reclaim = useMutation(
    orpc.chain.reclaim.mutationOptions({
      onSettled: () => void queries.invalidateQueries({ queryKey: orpc.chain.key() }),
    }),
  );
  if (now < claim.reclaimableFromMs) return null;
  if (!maySign) return <p className="text-soft">{say.signerTakesBack}</p>;
  return (
    <div className="flex flex-col gap-2">
      <p className="text-soft">{say.takeBackSays}</p>
      <div>
        <Button
          busy={reclaim.isPending}
          onClick={() =>
            reclaim.mutate({ payoutId }, { onSuccess: ({ id }) => go({ place: 'signing', open: id, params: {} }) })
          }
        >
          {say.takeBack}
        </Button>
      </div>
      {reclaim.error ? <ErrorNote error={reclaim.error} /> : null}
    </div>
  );
}
