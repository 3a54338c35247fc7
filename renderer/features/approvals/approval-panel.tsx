import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Queued } from '../../../core/contract/index.ts';
import { orpc } from '../../app/client.ts';
import { useCommands } from '../../app/commands.ts';
import { words } from '../../app/words/words.ts';
import { Button, Key } from '../../ui/button.tsx';
import { Section } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';
import { AuditTrail } from '../audit/audit-trail.tsx';
import { DecisionForm } from './decision-form.tsx';
import { FlagList } from './flags.tsx';
import { PayeeHistory } from './payee-history.tsx';
import { ChangesAsked, RuleSteps, WhoApproved } from './standing-sections.tsx';
import { CheckList, StatementDocument } from './statement-document.tsx';
import { type Decision, type MayDecide, useMayDecide } from './use-decisions.ts';
import { useSigning } from './use-signing.ts';

const say = words.approvals;

interface Props {
  readonly payout: Queued;
  readonly onClose: () => void;
  /** What was done, in a sentence; the next payout may be shown. */
  readonly onDecided: (said: string) => void;
}

export function ApprovalPanel({ payout, onClose, onDecided }: Props) {
  const may = useMayDecide(payout);
  const signing = useSigning(payout, may.approve, () => onDecided(say.done(payout.payee.name)));
  const [decision, setDecision] = useState<Decision | null>(null);
  // While a reason is being written, nothing is signed by a key.
  useCommands({
    ...(decision === null && may.approve ? { approve: signing.sign } : {}),
    ...(may.reject ? { reject: () => setDecision('reject') } : {}),
    ...(may.changes ? { changes: () => setDecision('changes') } : {}),
    ...(may.withdraw ? { withdraw: () => setDecision('withdraw') } : {}),
  });
  const { prepared, stated, text, checks } = signing;
  return (
    <Panel
      of={payout.id}
      label={say.panel}
      title={
        <>
          <h2 className="truncate text-base font-semibold">{payout.payee.name}</h2>
          <p className="truncate text-soft">
            {say.requestedBy(payout.requestedBy)} · {say.sources[payout.source]} · <Ago atMs={payout.createdAtMs} />
          </p>
        </>
      }
      onClose={onClose}
      footer={
        decision !== null && may[decision] ? (
          <DecisionForm
            key={decision}
            decision={decision}
            payout={payout}
            onClose={() => setDecision(null)}
            onDecided={onDecided}
          />
        ) : (
          <>
            {signing.error ? <ErrorNote error={signing.error} /> : null}
            <Choices may={may} signing={signing} onDecide={setDecision} />
          </>
        )
      }
    >
      {payout.changes ? <ChangesAsked payout={payout} mayLift={may.lift} /> : null}
      {payout.flags.length > 0 ? (
        <Section title={say.flagsTitle}>
          <FlagList flags={payout.flags} />
        </Section>
      ) : null}
      {may.approve ? (
        <Section title={say.willSign}>
          {prepared.isPending ? <LoadingLines lines={9} /> : null}
          {prepared.isError ? <ErrorNote error={prepared.error} onRetry={() => void prepared.refetch()} /> : null}
          {stated && text !== null ? <StatementDocument stated={stated} text={text} /> : null}
          {text !== null && !stated ? (
            <div role="alert" className="rounded-md bg-red-wash px-3 py-2.5">
              <p className="font-medium text-red">{say.unreadable}</p>
              <p>{say.unreadableNext}</p>
            </div>
          ) : null}
        </Section>
      ) : null}
      {checks ? (
        <Section title={say.checks}>
          <CheckList checks={checks} />
        </Section>
      ) : null}
      <RuleSteps payout={payout} ruleInWords={prepared.data?.ruleInWords ?? payout.ruleInWords} />
      <WhoApproved payout={payout} />
      <PayeeHistory payout={payout} />
      <Trail id={payout.id} />
    </Panel>
  );
}

interface ChoicesProps {
  readonly may: MayDecide;
  readonly signing: ReturnType<typeof useSigning>;
  readonly onDecide: (decision: Decision) => void;
}

/** What can be done, the likely thing first. */
function Choices({ may, signing, onDecide }: ChoicesProps) {
  return (
    <>
      {may.whyNot === null ? null : <p className="text-soft">{may.whyNot}</p>}
      <div className="flex flex-wrap gap-2 empty:hidden">
        {may.approve ? (
          <Button
            kind="primary"
            className="basis-full"
            onClick={signing.sign}
            busy={signing.busy}
            disabled={!signing.ready && !signing.busy}
          >
            {signing.busy ? say.signing : say.sign}
            <Key>{say.signKey}</Key>
          </Button>
        ) : null}
        {may.withdraw ? (
          <Button kind="danger" onClick={() => onDecide('withdraw')}>
            {say.withdraw}
            <Key>{say.withdrawKey}</Key>
          </Button>
        ) : null}
        {may.changes ? (
          <Button onClick={() => onDecide('changes')}>
            {say.changes}
            <Key>{say.changesKey}</Key>
          </Button>
        ) : null}
        {may.reject ? (
          <Button kind="danger" onClick={() => onDecide('reject')}>
            {say.reject}
            <Key>{say.rejectKey}</Key>
          </Button>
        ) : null}
      </div>
    </>
  );
}

function Trail({ id }: { readonly id: string }) {
  const { data, error, isPending, refetch } = useQuery(orpc.payouts.get.queryOptions({ input: { id } }));
  return (
    <>
      {isPending ? <LoadingLines lines={3} /> : null}
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {data ? <AuditTrail title={say.timeline} subject={`payout:${id}`} entries={data.timeline} /> : null}
    </>
  );
}
