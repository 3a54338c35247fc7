import { type FormEvent, useState } from 'react';
import type { ProviderBatchDetail } from '../../../core/contract/index.ts';
import { go } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/states.tsx';
import { useRelease } from './use-batches.ts';

const say = words.batches;
const DIGITS = 6;

/** The code is typed beside everything that it releases. */
export function CodeForm({ batch: { id, payments } }: { readonly batch: ProviderBatchDetail }) {
  const [code, setCode] = useState('');
  const release = useRelease();
  const ready = code.length === DIGITS && !release.isPending;
  // It is over for the list, and whoever released it wants to see it paid.
  const stay = () => go({ open: id });
  const send = (event: FormEvent) => {
    event.preventDefault();
    // One that was not taken is not taken the next time either.
    if (ready) release.mutate({ id, code }, { onError: () => setCode(''), onSuccess: stay });
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
