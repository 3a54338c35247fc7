import { useState } from 'react';
import type { LedgerAccount } from '../../../core/contract/index.ts';
import { go } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { amountText, readAmount } from '../../ui/amount-text.ts';
import { dayStartMs } from '../../ui/day-text.ts';
import { SelectField, TextField } from '../../ui/field.tsx';
import { ReasonForm } from '../../ui/reason-form.tsx';
import { transactionKey } from './opened.ts';
import { useAdjust } from './use-bookkeeping.ts';

const WORDS = words.ledger.adjust;
const AGAINST = ['adjustments', 'rounding'] as const;

/** What was typed, which may be below zero here; or why it is no amount. */
function signedAmount(typed: string, scale: number): { minor: bigint | null; problem: string | null } {
  if (typed.trim() === '') return { minor: null, problem: null };
  const read = readAmount(typed.replace('\u2212', '-'), scale);
  if (!read.ok) return { minor: null, problem: words.request.amountProblems[read.problem] };
  return read.minor === 0n
    ? { minor: null, problem: words.request.amountProblems.zero }
    : { minor: read.minor, problem: null };
}

export function AdjustForm({ account, onClose }: { readonly account: LedgerAccount; readonly onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const [against, setAgainst] = useState<(typeof AGAINST)[number]>('adjustments');
  const [day, setDay] = useState('');
  // One key per filled-in form: pressing twice writes once.
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const adjust = useAdjust();
  const { minor, problem } = signedAmount(typed, account.scale);
  const effectiveAtMs = dayStartMs(day);
  const name = account.holderName ?? account.name ?? account.entity;
  const send = (reason: string) => {
    if (minor === null) return;
    adjust.mutate(
      {
        accountId: account.id,
        amountMinor: minor.toString(),
        against,
        reason,
        idempotencyKey,
        ...(effectiveAtMs === undefined ? {} : { effectiveAtMs }),
      },
      { onSuccess: ({ id }) => go({ open: transactionKey(id) }) },
    );
  };
  return (
    <div className="flex flex-col gap-3">
      <h3 className="font-semibold">{WORDS.title}</h3>
      <div className="grid grid-cols-2 gap-3">
        <TextField
          label={WORDS.amount}
          value={typed}
          onText={setTyped}
          inputMode="decimal"
          maxLength={40}
          className="tabular text-right"
          problem={problem}
          hint={minor === null ? WORDS.amountHint : `${amountText(minor, account.scale)} ${account.assetCode}`}
          autoFocus
        />
        <SelectField
          label={WORDS.against}
          value={against}
          onText={(text) => setAgainst(AGAINST.find((value) => value === text) ?? against)}
          choices={AGAINST.map((value) => ({ value, label: WORDS.accounts[value] }))}
        />
      </div>
      <TextField label={WORDS.effective} type="date" optional hint={WORDS.effectiveHint} value={day} onText={setDay} />
      <ReasonForm
        consequence={
          minor === null
            ? WORDS.saysPlain
            : WORDS.says(name, `${amountText(minor, account.scale)} ${account.assetCode}`, WORDS.accounts[against])
        }
        submit={WORDS.submit}
        kind="primary"
        ready={minor !== null}
        focus={false}
        busy={adjust.isPending}
        error={adjust.error}
        onSubmit={send}
        onCancel={onClose}
      />
    </div>
  );
}
