import { useQuery } from '@tanstack/react-query';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import { RAILS } from '../../../core/contract/payees.ts';
import { orpc } from '../../app/client.ts';
import { go, setParam, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { PayeePicker } from './payee-picker.tsx';

const WORDS = words.payouts.filters;
const CONTROL =
  'h-7 max-w-44 rounded-md border border-line bg-raised px-2 text-xs text-soft hover:bg-hover data-[set=true]:border-line-strong data-[set=true]:text-ink';

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

function Day({ name, label, value }: { readonly name: 'from' | 'to'; readonly label: string; readonly value: string }) {
  return (
    <label className="inline-flex items-center gap-1.5 text-xs whitespace-nowrap text-faint">
      {label}
      <input
        type="date"
        aria-label={`${words.payouts.requested}: ${label}`}
        value={value}
        data-set={value !== ''}
        onChange={(event) => setParam(name, event.target.value)}
        className={`tabular ${CONTROL}`}
      />
    </label>
  );
}

/** The narrower filters of the list; the status stands above them. */
export function PayoutFilters() {
  const { params } = useRoute();
  const narrowed = ['rail', 'payee', 'from', 'to'].some((name) => params[name]);
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-5 py-1.5">
      <select
        aria-label={WORDS.rail}
        value={params.rail ?? ''}
        data-set={Boolean(params.rail)}
        onChange={(event) => setParam('rail', event.target.value)}
        className={CONTROL}
      >
        <option value="">{WORDS.allRails}</option>
        {RAILS.map((rail) => (
          <option key={rail} value={rail}>
            {words.rails[rail]}
          </option>
        ))}
      </select>
      <PayeeFilter payeeId={params.payee ?? ''} />
      <Day name="from" label={WORDS.from} value={params.from ?? ''} />
      <Day name="to" label={WORDS.to} value={params.to ?? ''} />
      {narrowed ? (
        <Button kind="quiet" className="h-7" onClick={() => go({ params: {} })}>
          {words.payouts.clear}
        </Button>
      ) : null}
    </div>
  );
}
