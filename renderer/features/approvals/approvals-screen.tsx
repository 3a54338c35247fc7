import { useEffect, useMemo, useState } from 'react';
import type { Queued } from '../../../core/contract/index.ts';
import { go, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { ListBar, ListScreen } from '../../ui/list-screen.tsx';
import { Empty, GoodNote } from '../../ui/states.tsx';
import { type Selection, useSelection } from '../../ui/use-selection.ts';
import { ApprovalPanel } from './approval-panel.tsx';
import { BulkPanel } from './bulk-panel.tsx';
import { QUEUE_COLUMNS } from './queue-columns.tsx';
import { QueueFilters } from './queue-filters.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { type AskedQueue, askedOf, isNarrowed, useOpened, useQueue } from './use-queue.ts';

const say = words.approvals;
const MANY = 'many';
const NOTE_MS = 8_000;
const open = (id: string) => go({ open: id });
const close = () => go({ open: null });

/** What was just done, for as long as it is worth reading. */
function useSaid(): [string | null, (said: string) => void] {
  const [said, setSaid] = useState<string | null>(null);
  useEffect(() => {
    if (said === null) return;
    const timer = setTimeout(() => setSaid(null), NOTE_MS);
    return () => clearTimeout(timer);
  }, [said]);
  return [said, setSaid];
}

function EmptyQueue({ asked }: { readonly asked: AskedQueue }) {
  if (isNarrowed(asked)) {
    return (
      <Empty title={say.noneMatch} next={say.noneMatchNext}>
        <Button onClick={() => go({ params: asked.show ? { show: asked.show } : {} })}>{say.clear}</Button>
      </Empty>
    );
  }
  return (asked.show ?? 'mine') === 'mine' ? (
    <Empty title={say.empty} next={say.emptyNext} />
  ) : (
    <Empty title={say.emptyElsewhere} next={say.emptyElsewhereNext} />
  );
}

/** Of what is selected, what is still there to be approved by this person. */
function useChosen(rows: readonly Queued[], { ids }: Selection): readonly Queued[] {
  return useMemo(
    () => (ids.size === 0 ? [] : rows.filter(({ id, standing }) => standing === 'mine' && ids.has(id))),
    [rows, ids],
  );
}

export function ApprovalsScreen() {
  const { open: openId, params } = useRoute();
  const asked = askedOf(params);
  const queue = useQueue(asked);
  const selection = useSelection();
  const chosen = useChosen(queue.rows, selection);
  const [said, setSaid] = useSaid();
  const opened = useOpened(queue, openId === MANY ? null : openId);
  const reviewMany = () => open(MANY);
  // Nobody decides what they have not had before their eyes: without an open panel a key opens it.
  const openOr = (row: Queued) => (chosen.length > 0 ? reviewMany() : open(row.id));
  const openIt = ({ id }: Queued) => open(id);
  return (
    <ListScreen
      bar={
        <ListBar>
          {chosen.length > 0 ? (
            <SelectionBar queue={queue} asked={asked} chosen={chosen} selection={selection} onReview={reviewMany} />
          ) : (
            <QueueFilters asked={asked} />
          )}
        </ListBar>
      }
      label={say.label}
      list={queue}
      columns={QUEUE_COLUMNS}
      openId={openId}
      onOpen={open}
      empty={<EmptyQueue asked={asked} />}
      selection={selection}
      rowCommands={
        opened || openId === MANY ? {} : { approve: openOr, reject: openIt, changes: openIt, withdraw: openIt }
      }
      said={said === null ? null : <GoodNote>{said}</GoodNote>}
    >
      {opened ? <ApprovalPanel key={opened.id} payout={opened} onClose={close} onDecided={setSaid} /> : null}
      {openId === MANY ? <ManyPanel chosen={chosen} selection={selection} /> : null}
    </ListScreen>
  );
}

/**
 * Keeps what it was opened with: once signed, the rows are gone, often before the answer is there, and
 * what was done is still told.
 */
function ManyPanel({ chosen, selection }: { readonly chosen: readonly Queued[]; readonly selection: Selection }) {
  const [{ began, round }, setBegan] = useState({ began: chosen, round: 1 });
  // The rows of what is selected may come later than the panel.
  if (began.length === 0 && chosen.length > 0) setBegan({ began: chosen, round });
  const isOfNothing = began.length === 0 && selection.ids.size === 0;
  useEffect(() => {
    if (isOfNothing) go({ open: null }, { replace: true });
  }, [isOfNothing]);
  if (began.length === 0) return null;
  return (
    <BulkPanel
      key={round}
      payouts={began}
      left={chosen.length}
      onAgain={() => setBegan({ began: chosen, round: round + 1 })}
      onClose={close}
      onSelect={selection.set}
      onOpen={open}
    />
  );
}
