import { useState } from 'react';
import type { ActTerms } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts, Section } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ReasonForm } from '../../ui/reason-form.tsx';
import { ErrorNote, GoodNote, LoadingLines, Working } from '../../ui/states.tsx';
import { Moment } from '../../ui/time.tsx';
import { type ActSigned, SignAct } from '../acts/sign-act.tsx';
import { SignedNote } from '../acts/signed-note.tsx';
import { useMayDecide, useWaitingActs } from '../acts/use-acts.ts';
import { WaitingAct } from '../acts/waiting-act.tsx';
import { useCompare, useFence } from './use-fence.ts';

function Compare({ comparedAtMs }: { readonly comparedAtMs: number | null }) {
  const mayCompare = hasAnyRole(useMe(), ['controller', 'admin']);
  const compare = useCompare();
  return (
    <Section title={words.fence.compareTitle}>
      <p className="text-soft">{words.fence.compareSays}</p>
      <Facts>
        <Fact name={words.fence.compared}>
          {comparedAtMs === null ? words.fence.notCompared : <Moment atMs={comparedAtMs} />}
        </Fact>
      </Facts>
      {compare.isPending ? <Working>{words.fence.comparing}</Working> : null}
      {compare.isError ? <ErrorNote error={compare.error} /> : null}
      {compare.data ? (
        <GoodNote>
          {words.fence.found(compare.data.records.toLocaleString(), compare.data.quarantined)}
          {compare.data.quarantined > 0 ? (
            <a
              href={hrefOf('payouts', null, { status: 'quarantined' })}
              className="block font-medium text-accent hover:underline"
            >
              {words.fence.toQuarantine}
            </a>
          ) : null}
        </GoodNote>
      ) : null}
      {mayCompare ? (
        <div>
          <Button
            kind={comparedAtMs === null ? 'primary' : 'plain'}
            busy={compare.isPending}
            onClick={() => compare.mutate(undefined)}
          >
            {comparedAtMs === null ? words.fence.compare : words.fence.compareAgain}
          </Button>
        </div>
      ) : (
        <p className="text-soft">{words.fence.compareForbidden}</p>
      )}
    </Section>
  );
}

interface LiftProps {
  readonly fencedAtMs: number;
  readonly comparedAtMs: number;
  readonly onSigned: (signed: ActSigned) => void;
}

function Lift({ fencedAtMs, comparedAtMs, onSigned }: LiftProps) {
  const mayDecide = useMayDecide();
  // A later comparison makes new terms: a signature over an earlier one lifts nothing any more.
  const waiting = useWaitingActs().data?.filter(
    ({ terms }) =>
      terms.kind === 'lift_fence' && terms.fencedAtMs === fencedAtMs && terms.comparedAtMs === comparedAtMs,
  );
  const [terms, setTerms] = useState<ActTerms | null>(null);
  if (waiting && waiting.length > 0) {
    return waiting.map((act) => <WaitingAct key={act.id} act={act} onSigned={onSigned} />);
  }
  if (!mayDecide) return <p className="text-soft">{words.acts.notDecider}</p>;
  if (terms) {
    return (
      <SignAct
        terms={terms}
        onSigned={(signed) => {
          setTerms(null);
          onSigned(signed);
        }}
        onCancel={() => setTerms(null)}
      />
    );
  }
  return (
    <ReasonForm
      consequence={words.fence.liftSays}
      reasonHint={words.freezes.liftReasonHint}
      submit={words.acts.review}
      kind="primary"
      busy={false}
      error={null}
      onSubmit={(reason) => setTerms({ kind: 'lift_fence', fencedAtMs, comparedAtMs, reason })}
    />
  );
}

/** Why nothing is paid, what happened meanwhile, and how two people let payments go on. */
export function FencePanel({ onClose }: { readonly onClose: () => void }) {
  const { data, isPending, error, refetch } = useFence();
  const [signed, setSigned] = useState<ActSigned | null>(null);
  return (
    <Panel
      of="fence"
      label={words.fence.title}
      title={<h2 className="text-base font-semibold">{words.fence.title}</h2>}
      onClose={onClose}
    >
      {isPending ? <LoadingLines lines={5} /> : null}
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      <SignedNote signed={signed} />
      {data && data.fencedAtMs === null ? <p className="text-soft">{words.fence.down}</p> : null}
      {data && data.fencedAtMs !== null ? (
        <>
          <p>{words.fence.lead}</p>
          <Facts>
            {data.reason ? <Fact name={words.fence.reason}>{data.reason}</Fact> : null}
            <Fact name={words.fence.since}>
              <Moment atMs={data.fencedAtMs} />
            </Fact>
          </Facts>
          <Compare comparedAtMs={data.comparedAtMs} />
          <Section title={words.fence.liftTitle}>
            {data.comparedAtMs === null ? (
              <p className="text-soft">{words.fence.liftFirst}</p>
            ) : (
              <Lift fencedAtMs={data.fencedAtMs} comparedAtMs={data.comparedAtMs} onSigned={setSigned} />
            )}
          </Section>
        </>
      ) : null}
    </Panel>
  );
}
