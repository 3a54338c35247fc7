import { useState } from 'react';
import type { Queued } from '../../../core/contract/index.ts';
import { useCommands } from '../../app/commands.ts';
import { words } from '../../app/words/words.ts';
import { Button, Key } from '../../ui/button.tsx';
import { CheckField } from '../../ui/field.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ErrorNote, GoodNote } from '../../ui/states.tsx';
import { BulkSummary, PayoutLines } from './bulk-summary.tsx';
import { type BulkOutcome, useBulkPlan, useGiveMany } from './use-bulk.ts';
import { useSettled } from './use-settled.ts';

const say = words.bulk;

interface Props {
  /** What was selected and is still there. */
  readonly payouts: readonly Queued[];
  /** How many are still selected once these were given. */
  readonly left: number;
  /** Begins again with those. */
  readonly onAgain: () => void;
  readonly onClose: () => void;
  readonly onSelect: (ids: readonly string[]) => void;
  /** Opens one of them by itself; the selection stays. */
  readonly onOpen: (id: string) => void;
}

/** Many at once: totals, the largest, the new and the odd ones before the one button. */
export function BulkPanel({ payouts, left, onAgain, onClose, onSelect, onOpen }: Props) {
  // What is signed is what was looked at, even when the queue moves under it.
  const [looking] = useState(payouts);
  const { query, plan, prepared } = useBulkPlan(looking);
  const { mutation, outcome, done } = useGiveMany();
  const [looked, setLooked] = useState(false);
  const toSign = plan?.toSign ?? [];
  const odd = plan?.odd ?? [];
  const ready = useSettled(plan !== null && !query.isFetching && toSign.length > 0 && (odd.length === 0 || looked));
  const sign = () => {
    if (!ready || mutation.isPending || mutation.isSuccess) return;
    mutation.mutate(toSign, {
      onSettled: (sum) => {
        const signed = new Set(sum?.signed);
        onSelect(looking.filter(({ id }) => !signed.has(id)).map(({ id }) => id));
      },
    });
  };
  useCommands({ approve: sign });
  return (
    <Panel
      of="many"
      label={say.panel}
      onClose={onClose}
      title={
        <>
          <h2 className="text-base font-semibold">{say.title(looking.length)}</h2>
          <p className="text-soft">{say.lead}</p>
        </>
      }
      footer={
        mutation.isSuccess ? (
          <div className="flex gap-2">
            {left > 0 ? (
              <Button kind="primary" onClick={onAgain}>
                {say.again(left)}
              </Button>
            ) : null}
            <Button kind={left > 0 ? 'plain' : 'primary'} onClick={onClose}>
              {say.done}
            </Button>
          </div>
        ) : (
          <>
            {mutation.isError ? <Stopped error={mutation.error} /> : null}
            {odd.length > 0 ? <CheckField label={say.looked(odd.length)} checked={looked} onCheck={setLooked} /> : null}
            {mutation.isPending ? (
              <Progress
                done={done}
                of={toSign.length}
                text={say.signing(done.toLocaleString(), toSign.length.toLocaleString())}
              />
            ) : null}
            <div className="flex">
              <Button
                kind="primary"
                className="flex-1"
                onClick={sign}
                busy={mutation.isPending}
                disabled={!ready && !mutation.isPending}
              >
                {say.sign(toSign.length)}
                <Key>{words.approvals.signKey}</Key>
              </Button>
            </div>
          </>
        )
      }
    >
      {query.isPending ? (
        <Progress
          done={prepared}
          of={looking.length}
          text={say.preparing(prepared.toLocaleString(), looking.length.toLocaleString())}
        />
      ) : null}
      {query.isError ? <ErrorNote error={query.error} onRetry={() => void query.refetch()} /> : null}
      {mutation.isSuccess ? <Outcome outcome={outcome} among={looking} onOpen={onOpen} /> : null}
      {plan && !mutation.isSuccess ? (
        <BulkSummary
          plan={plan}
          onOpen={onOpen}
          onLeaveOutOdd={() => {
            onSelect(toSign.filter(({ payout }) => payout.flags.length === 0).map(({ payout }) => payout.id));
            onClose();
          }}
        />
      ) : null}
    </Panel>
  );
}

function Stopped({ error }: { readonly error: unknown }) {
  return (
    <>
      <ErrorNote error={error} />
      <p className="text-soft">{say.stopped}</p>
    </>
  );
}

function Progress({ done, of, text }: { readonly done: number; readonly of: number; readonly text: string }) {
  return (
    <div className="flex flex-col gap-1">
      <progress value={done} max={of} aria-label={text} className="h-1.5 w-full accent-accent-solid" />
      <p role="status" className="tabular text-xs text-soft">
        {text}
      </p>
    </div>
  );
}

function Outcome({
  outcome,
  among,
  onOpen,
}: {
  readonly outcome: BulkOutcome;
  readonly among: readonly Queued[];
  readonly onOpen: (id: string) => void;
}) {
  const { refused } = outcome;
  const why = new Map(refused.map(({ id, message }) => [id, message]));
  return (
    <>
      {outcome.signed.length > 0 ? <GoodNote>{say.given(outcome.approved, outcome.given)}</GoodNote> : null}
      {refused.length > 0 ? (
        <div role="alert" className="flex flex-col gap-2">
          <p className="font-medium text-red">{say.refused(refused.length)}</p>
          <PayoutLines
            payouts={among.filter(({ id }) => why.has(id))}
            noteOf={({ id }) => why.get(id) ?? ''}
            onOpen={onOpen}
          />
        </div>
      ) : null}
    </>
  );
}
