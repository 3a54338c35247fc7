import { useState } from 'react';
import type { Payout, PayoutStatus } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts, Section } from '../../ui/facts.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { Status } from '../../ui/status.tsx';
import type { ActSigned } from '../acts/sign-act.tsx';
import { useMayDecide, useWaitingActs } from '../acts/use-acts.ts';
import { WaitingAct } from '../acts/waiting-act.tsx';
import { ResolutionForm } from './resolution-form.tsx';

const WORDS = words.quarantine;

/** Where the amount stands while nothing moves: where it stood before. */
const STANDS: Record<Exclude<PayoutStatus, 'quarantined'>, keyof typeof WORDS.lasting> = {
  pending: 'home',
  approved: 'held',
  processing: 'held',
  completed: 'out',
  failed: 'home',
  cancelled: 'home',
};

function Known({ payout }: { readonly payout: Payout }) {
  const { statusBefore: before } = payout;
  const untried = payout.providerReference === null && payout.attempts === 0 && before !== 'processing';
  return (
    <Facts>
      <Fact name={WORDS.why}>{payout.failedReason ?? <span className="text-soft">{WORDS.whyUnknown}</span>}</Fact>
      {before && before !== 'quarantined' ? (
        <Fact name={WORDS.before}>
          <Status status={before} />
          <span className="block text-soft">{WORDS.lasting[STANDS[before]]}</span>
        </Fact>
      ) : null}
      <Fact name={WORDS.evidence}>
        {untried ? <span className="text-soft">{WORDS.noEvidence}</span> : words.payouts.attemptsOf(payout.attempts)}
        {payout.providerReference ? (
          <span className="block font-mono text-xs break-all">{payout.providerReference}</span>
        ) : null}
      </Fact>
    </Facts>
  );
}

interface Props {
  readonly payout: Payout;
  readonly onSigned: (signed: ActSigned) => void;
}

/** Why a payout stands still, what is known, and how two people resolve it. */
export function QuarantineSection({ payout, onSigned }: Props) {
  const mayDecide = useMayDecide();
  const acts = useWaitingActs();
  const [proposing, setProposing] = useState(false);
  const waiting = acts.data?.filter(({ terms }) => terms.kind === 'resolution' && terms.payoutId === payout.id) ?? [];
  return (
    <>
      <Section title={WORDS.title}>
        <Known payout={payout} />
      </Section>
      {acts.isPending ? <LoadingLines lines={2} /> : null}
      {acts.isError ? <ErrorNote error={acts.error} onRetry={() => void acts.refetch()} /> : null}
      {waiting.length > 0 ? (
        <Section title={WORDS.waiting}>
          {waiting.map((act) => (
            <WaitingAct
              key={act.id}
              act={act}
              outdated={
                act.terms.kind === 'resolution' && act.terms.payoutVersion !== payout.version
                  ? WORDS.outdated
                  : undefined
              }
              onSigned={onSigned}
            />
          ))}
        </Section>
      ) : null}
      {proposing ? (
        <Section title={WORDS.propose}>
          <ResolutionForm
            payout={payout}
            onSigned={(signed) => {
              setProposing(false);
              onSigned(signed);
            }}
            onCancel={() => setProposing(false)}
          />
        </Section>
      ) : mayDecide ? (
        <div>
          <Button kind={waiting.length > 0 ? 'plain' : 'primary'} onClick={() => setProposing(true)}>
            {waiting.length > 0 ? WORDS.proposeOther : WORDS.propose}
          </Button>
        </div>
      ) : (
        <p className="text-soft">{WORDS.forbidden}</p>
      )}
    </>
  );
}
