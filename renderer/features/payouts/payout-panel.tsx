import { useState } from 'react';
import type { Payout } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { Section } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { Status } from '../../ui/status.tsx';
import { Moment } from '../../ui/time.tsx';
import type { ActSigned } from '../acts/sign-act.tsx';
import { SignedNote } from '../acts/signed-note.tsx';
import { AuditTrail } from '../audit/audit-trail.tsx';
import { ClaimSection } from './claim-section.tsx';
import { EditPanel } from './edit-panel.tsx';
import { OnwardSection } from './onward-section.tsx';
import { PayoutActions } from './payout-actions.tsx';
import { PayoutFacts, PayoutKin } from './payout-facts.tsx';
import { QuarantineSection } from './quarantine-section.tsx';
import { usePayout } from './use-payouts.ts';
import { WayPanel } from './way-panel.tsx';

function Standing({ payout }: { readonly payout: Payout }) {
  return (
    <div className="flex flex-col gap-1">
      <Status status={payout.status} settled={payout.settled} />
      <p className="text-soft">
        {words.statusMeaning[payout.settled && payout.status === 'completed' ? 'settled' : payout.status]}
      </p>
      {payout.failedReason && payout.status !== 'quarantined' ? (
        <p className="text-red">
          {words.payouts.failedReason}: {payout.failedReason}
        </p>
      ) : null}
    </div>
  );
}

/** Approved and due, and still not begun, or begun and not getting on: nobody should have to guess why. */
function Waits({ code, why, freesAtMs }: { code: string; why: string; freesAtMs: number | null }) {
  return (
    <p className="text-amber">
      {words.payouts.waits} {why}
      {freesAtMs === null ? null : (
        <>
          {' '}
          {code === 'unanswered' ? words.payouts.asksAgain : words.payouts.waitsUntil} <Moment atMs={freesAtMs} />
        </>
      )}
    </p>
  );
}

export function PayoutPanel({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { data: payout, isPending, error, refetch } = usePayout(id);
  const [editing, setEditing] = useState<Payout | null>(null);
  const [finding, setFinding] = useState<Payout | null>(null);
  const [signed, setSigned] = useState<ActSigned | null>(null);
  if (editing && payout) {
    return <EditPanel payout={editing} version={payout.version} onClose={() => setEditing(null)} />;
  }
  if (finding && payout) {
    return <WayPanel payout={finding} version={payout.version} onClose={() => setFinding(null)} />;
  }
  return (
    <Panel
      of={id}
      label={words.payouts.panel}
      onClose={onClose}
      title={
        payout ? (
          <>
            <h2 className="text-xl font-semibold">
              <Amount minor={payout.amountMinor} scale={payout.scale} code={payout.assetCode} />
            </h2>
            <p className="truncate text-soft">{payout.payee.name}</p>
          </>
        ) : (
          <h2 className="text-base font-semibold">{words.payouts.panel}</h2>
        )
      }
      footer={
        payout ? (
          <PayoutActions payout={payout} onEdit={() => setEditing(payout)} onWay={() => setFinding(payout)} />
        ) : undefined
      }
    >
      {isPending ? <LoadingLines lines={8} /> : null}
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {payout ? (
        <>
          <Standing payout={payout} />
          {payout.held ? <Waits {...payout.held} /> : null}
          <SignedNote signed={signed} />
          {payout.status === 'quarantined' ? <QuarantineSection payout={payout} onSigned={setSigned} /> : null}
          {payout.claim ? <ClaimSection payout={payout} claim={payout.claim} /> : null}
          {payout.onward ? <OnwardSection onward={payout.onward} /> : null}
          <Section title={words.payouts.facts}>
            <PayoutFacts payout={payout} />
          </Section>
          <Section title={words.payouts.rule}>
            <p>{payout.ruleInWords}</p>
          </Section>
          <AuditTrail title={words.payouts.timeline} subject={`payout:${id}`} entries={payout.timeline} />
          <Section title={words.payouts.kin}>
            <PayoutKin payout={payout} />
          </Section>
        </>
      ) : null}
    </Panel>
  );
}
