import { useMe } from '../../app/access.ts';
import { go } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { FullAddress } from '../../ui/address.tsx';
import { Amount } from '../../ui/amount.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Fact, Facts, Section } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { Status } from '../../ui/status.tsx';
import { Ago, Moment } from '../../ui/time.tsx';
import { Timeline } from './timeline.tsx';
import { usePayout } from './use-payouts.ts';

export function PayoutPanel({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const me = useMe();
  const { data: payout, isPending, error, refetch } = usePayout(id);
  const mayReview =
    payout?.status === 'pending' &&
    payout.requestedBy !== me.name &&
    me.roles.includes('approver') &&
    !payout.approvals.given.some(({ staffId }) => staffId === me.staffId);
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
        mayReview ? (
          <Button kind="primary" onClick={() => go({ place: 'approvals', open: id, params: {} })}>
            {words.payouts.reviewHere}
          </Button>
        ) : undefined
      }
    >
      {isPending ? <LoadingLines lines={8} /> : null}
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {payout ? (
        <>
          <div className="flex flex-col gap-1">
            <Status status={payout.status} settled={payout.settled} />
            <p className="text-soft">
              {words.statusMeaning[payout.settled && payout.status === 'completed' ? 'settled' : payout.status]}
            </p>
            {payout.failedReason ? (
              <p className="text-red">
                {words.payouts.failedReason}: {payout.failedReason}
              </p>
            ) : null}
          </div>
          <Section title={words.payouts.facts}>
            <Facts>
              <Fact name={words.columns.reference}>{payout.reference}</Fact>
              <Fact name={words.columns.payee}>
                {payout.payee.name} <span className="text-soft">{payout.payee.reference}</span>
              </Fact>
              <Fact name={words.columns.rail}>{words.rails[payout.rail]}</Fact>
              <Fact name={words.columns.destination}>
                <FullAddress address={payout.destination.address} />
              </Fact>
              <Fact name={words.columns.requestedBy}>{payout.requestedBy}</Fact>
              <Fact name={words.payouts.requested}>
                <Moment atMs={payout.createdAtMs} />
              </Fact>
              <Fact name={words.columns.approvals}>
                {payout.approvals.given.length === 0
                  ? words.payouts.noApprovals
                  : payout.approvals.given.map(({ staffId, name, atMs }) => (
                      <span key={staffId} className="block">
                        {name} · <Ago atMs={atMs} />
                      </span>
                    ))}
                <span className="block text-faint">
                  {words.approvals.needed(payout.approvals.given.length, payout.approvals.needed)}
                </span>
              </Fact>
              <Fact name={words.payouts.id}>
                <span className="flex items-center gap-1">
                  <span className="font-mono text-xs break-all text-soft">{payout.id}</span>
                  <CopyButton text={payout.id} />
                </span>
              </Fact>
            </Facts>
          </Section>
          <Section title={words.payouts.rule}>
            <p>{payout.ruleInWords}</p>
          </Section>
          <Section title={words.payouts.timeline}>
            <Timeline entries={payout.timeline} />
          </Section>
        </>
      ) : null}
    </Panel>
  );
}
