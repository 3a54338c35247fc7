import { type FormEvent, useState } from 'react';
import type { ProviderBatchDetail } from '../../../core/contract/index.ts';
import { go } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { useBatchFee, useRelease } from './use-batches.ts';

const say = words.batches;
const DIGITS = 6;

/** The code is typed beside everything that it releases. */
export function CodeForm({ batch }: { readonly batch: ProviderBatchDetail }) {
  const { id, payments } = batch;
  const [code, setCode] = useState('');
  const release = useRelease();
  const fee = useBatchFee(batch);
  // Nobody agrees with a fee that they were not shown yet.
  const ready = code.length === DIGITS && !release.isPending && !fee.isPending;
  // It is over for the list, and whoever released it wants to see it paid.
  const stay = () => go({ open: id });
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    const fees = fee.data?.quoted?.fees.map(({ assetId, amountMinor }) => ({ assetId, amountMinor })) ?? null;
    // One that was not taken is not taken the next time either.
    release.mutate({ id, code, fees }, { onError: () => setCode(''), onSuccess: stay });
  };
  return (
    <form onSubmit={send} className="flex flex-col gap-3">
      <TextField
        label={say.code}
        hint={say.codeHint}
        value={code}
        onText={(text) => setCode(text.replaceAll(/\D/g, '').slice(0, DIGITS))}
        inputMode="numeric"
        autoComplete="one-time-code"
        autoFocus
        mono
        className="h-9! w-36! text-base! tracking-[0.3em]"
      />
      <p className="text-xs text-soft">{say.releaseAll}</p>
      <Button kind="primary" type="submit" busy={release.isPending} disabled={!ready}>
        {say.release(payments)}
      </Button>
      {release.error ? <ErrorNote error={release.error} /> : null}
    </form>
  );
}
