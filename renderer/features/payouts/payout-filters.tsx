import { useQuery } from '@tanstack/react-query';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import { RAILS } from '../../../core/contract/payees.ts';
import { orpc } from '../../app/client.ts';
import { go, setParam, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { FILTER_BOX } from '../../ui/filter.ts';
import { DayField, SelectFilter } from '../../ui/filters.tsx';
import { Icon } from '../../ui/icon.tsx';
import { PayeePicker } from './payee-picker.tsx';

const WORDS = words.payouts.filters;
const CONTROL = `max-w-44 ${FILTER_BOX}`;

/** Narrows by one payee, found by typing. */
function PayeeFilter({ payeeId }: { readonly payeeId: string }) {
  const [open, setOpen] = useState(false);
  const chosen = useQuery({
    ...orpc.payees.get.queryOptions({ input: { id: payeeId } }),
    enabled: payeeId !== '',
  });
  if (payeeId !== '') {
    return (
      <button
        type="button"
        data-set="true"
        onClick={() => setParam('payee', '')}
        className={`inline-flex items-center gap-1 ${CONTROL}`}
        title={words.payouts.clear}
      >
        <span className="truncate">{WORDS.thisPayee(chosen.data?.name ?? payeeId)}</span>
        <Icon name="close" className="size-3" />
      </button>
    );
  }
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className={CONTROL}>{WORDS.allPayees}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={4}
          className="z-30 w-80 rounded-lg border border-line bg-raised p-3 shadow-float outline-none"
        >
          <PayeePicker
            chosen={null}
            onChoose={(payee) => {
              if (!payee) return;
              setOpen(false);
              setParam('payee', payee.id);
            }}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** The narrower filters of the list; the status stands above them. */
export function PayoutFilters() {
  const { params } = useRoute();
  const narrowed = ['rail', 'payee', 'from', 'to'].some((name) => params[name]);
  return (
    <div className="flex flex-wrap items-center gap-x-1.5 gap-y-1 border-b border-line py-1.5 pr-5 pl-3">
      <SelectFilter
        label={WORDS.rail}
        any={WORDS.allRails}
        value={params.rail}
        choices={RAILS.map((rail) => ({ value: rail, label: words.rails[rail] }))}
        onChoose={(value) => setParam('rail', value)}
      />
      <PayeeFilter payeeId={params.payee ?? ''} />
      <DayField
        of={words.payouts.requested}
        label={WORDS.from}
        value={params.from}
        onDay={(day) => setParam('from', day)}
      />
      <DayField of={words.payouts.requested} label={WORDS.to} value={params.to} onDay={(day) => setParam('to', day)} />
      {narrowed ? (
        <Button kind="quiet" className="h-7" onClick={() => go({ params: {} })}>
          {words.payouts.clear}
        </Button>
      ) : null}
    </div>
  );
}
