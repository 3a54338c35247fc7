import { type FormEvent, useState } from 'react';
import type { ShownPreferences } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { ErrorNote, GoodNote } from '../../ui/states.tsx';
import { Moment } from '../../ui/time.tsx';
import { useAskForEmail, useConfirmEmail } from './use-notifications.ts';

const say = words.noticeSettings.confirming;
const CODE = /^\d{6}$/;

interface Props {
  readonly kept: ShownPreferences;
  /** Of the address that is left when what was asked is taken back. */
  readonly onSettled: (email: string) => void;
}

/** An address was given that nobody has shown to read yet: the code that was mailed there is typed here. */
export function EmailConfirmation({ kept: { email, emailAsked }, onSettled }: Props) {
  const [code, setCode] = useState('');
  const confirm = useConfirmEmail();
  const ask = useAskForEmail();
  if (emailAsked === null) return confirm.isSuccess ? <GoodNote>{say.done}</GoodNote> : null;
  const isWhole = CODE.test(code.trim());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isWhole && !confirm.isPending) confirm.mutate(code.trim());
  };
  return (
    <form
      onSubmit={submit}
      aria-label={say.label}
      className="flex max-w-md flex-col gap-3 rounded-md border border-line bg-raised p-4"
    >
      <p className="text-soft">
        {say.lead(emailAsked.email)} {email === null ? say.noneMeanwhile : say.meanwhile(email)}
      </p>
      <TextField
        label={say.code}
        value={code}
        onText={(text) => {
          confirm.reset();
          setCode(text);
        }}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={6}
        className="tabular max-w-32 font-mono"
        // What was saved further down is finished here.
        autoFocus
      />
      <p className="text-xs text-soft">
        {say.until} <Moment atMs={emailAsked.untilMs} />
      </p>
      {confirm.isError ? <ErrorNote error={confirm.error} /> : null}
      {ask.isError ? <ErrorNote error={ask.error} /> : null}
      {ask.isSuccess ? <GoodNote>{say.sentAgain}</GoodNote> : null}
      <div className="flex flex-wrap gap-2">
        <Button kind="primary" type="submit" busy={confirm.isPending} disabled={!isWhole}>
          {say.submit}
        </Button>
        <Button busy={ask.isPending} onClick={() => ask.mutate(emailAsked.email)}>
          {say.again}
        </Button>
        <Button kind="quiet" onClick={() => ask.mutate(email, { onSuccess: () => onSettled(email ?? '') })}>
          {say.takeBack}
        </Button>
      </div>
    </form>
  );
}
