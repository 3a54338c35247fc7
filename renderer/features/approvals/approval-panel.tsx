import { useEffect, useState } from 'react';
import type { Payout } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { useCommands } from '../../app/commands.ts';
import { words } from '../../app/words/words.ts';
import { Button, Key } from '../../ui/button.tsx';
import { Section } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { Ago, useNowMs } from '../../ui/time.tsx';
import { RejectForm } from './reject-form.tsx';
import { check, readStatement } from './statement.ts';
import { CheckList, StatementDocument } from './statement-document.tsx';
import { useApprove, useStatement } from './use-approve.ts';

/** The next payout opens where the last one was; a key or a click meant for that one must not reach this one. */
const LOOK_AT_LEAST_MS = 600;

/** True once this has held for a moment. */
function useSettled(holds: boolean): boolean {
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    if (!holds) return;
    const timer = setTimeout(() => setSettled(true), LOOK_AT_LEAST_MS);
    return () => {
      clearTimeout(timer);
      setSettled(false);
    };
  }, [holds]);
  return holds && settled;
}

interface Props {
  readonly payout: Payout;
  readonly onClose: () => void;
  /** The payout has this person's signature; the next one may be shown. */
  readonly onApproved: (payout: Payout) => void;
  readonly onRejected: (payout: Payout) => void;
}

export function ApprovalPanel({ payout, onClose, onApproved, onRejected }: Props) {
  const me = useMe();
  const nowMs = useNowMs();
  const prepared = useStatement(payout, payout.canApprove);
  const approve = useApprove();
  const [rejecting, setRejecting] = useState(false);
  const text = prepared.data?.statement ?? null;
  const stated = text === null ? null : readStatement(text);
  // The clock of this desk ticks every half minute; a statement made since then is not from the future.
  const checks =
    stated && text !== null ? check(stated, { text, payout, me, nowMs: Math.max(nowMs, Date.now()) }) : null;
  const ready = checks !== null && Object.values(checks).every(Boolean) && !prepared.isFetching;
  const refusedHere = approve.isError && approve.variables.id === payout.id;
  const readable = useSettled(ready);
  const sign = () => {
    if (!readable || text === null || approve.isPending) return;
    approve.mutate({ id: payout.id, statement: text }, { onSuccess: () => onApproved(payout) });
  };
  const mayReject = hasAnyRole(me, ['approver']);
  // While the reason is being written, nothing is signed by a key.
  useCommands({ ...(rejecting ? {} : { approve: sign }), ...(mayReject ? { reject: () => setRejecting(true) } : {}) });
  const rejectButton = (
    <Button kind="danger" onClick={() => setRejecting(true)}>
      {words.approvals.reject}
      <Key>{words.approvals.rejectKey}</Key>
    </Button>
  );

  return (
    <Panel
      of={payout.id}
      label={words.approvals.panel}
      title={
        <>
          <h2 className="truncate text-base font-semibold">{payout.payee.name}</h2>
          <p className="truncate text-soft">
            {words.approvals.requestedBy(payout.requestedBy)} · <Ago atMs={payout.createdAtMs} />
          </p>
        </>
      }
      onClose={onClose}
      footer={
        rejecting ? (
          <RejectForm payout={payout} onClose={() => setRejecting(false)} onRejected={onRejected} />
        ) : payout.canApprove ? (
          <>
            {refusedHere ? <ErrorNote error={approve.error} /> : null}
            <div className="flex gap-2">
              <Button
                kind="primary"
                className="flex-1"
                onClick={sign}
                busy={approve.isPending}
                disabled={!readable && !approve.isPending}
              >
                {approve.isPending ? words.approvals.signing : words.approvals.sign}
                <Key>{words.approvals.signKey}</Key>
              </Button>
              {rejectButton}
            </div>
          </>
        ) : (
          <>
            <p className="text-soft">
              {words.approvals.mayNot} {payout.whyNot}
            </p>
            {mayReject ? <div className="flex">{rejectButton}</div> : null}
          </>
        )
      }
    >
      {payout.canApprove ? (
        <Section title={words.approvals.willSign}>
          {prepared.isPending ? <LoadingLines lines={9} /> : null}
          {prepared.isError ? <ErrorNote error={prepared.error} onRetry={() => void prepared.refetch()} /> : null}
          {stated && text !== null ? <StatementDocument stated={stated} text={text} /> : null}
          {text !== null && !stated ? (
            <div role="alert" className="rounded-md bg-red-wash px-3 py-2.5">
              <p className="font-medium text-red">{words.approvals.unreadable}</p>
              <p>{words.approvals.unreadableNext}</p>
            </div>
          ) : null}
        </Section>
      ) : null}
      {checks ? (
        <Section title={words.approvals.checks}>
          <CheckList checks={checks} />
        </Section>
      ) : null}
      {prepared.data ? (
        <Section title={words.approvals.rule}>
          <p>{prepared.data.ruleInWords}</p>
        </Section>
      ) : null}
      <Section title={words.approvals.given}>
        <p>{words.approvals.needed(payout.approvals.given.length, payout.approvals.needed)}</p>
        {payout.approvals.given.map(({ staffId, name, atMs }) => (
          <p key={staffId}>
            {name} · <Ago atMs={atMs} />
          </p>
        ))}
      </Section>
    </Panel>
  );
}
