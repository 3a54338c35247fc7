import { type FormEvent, type KeyboardEvent, type ReactNode, useState } from 'react';
import { words } from '../app/words/words.ts';
import { Button } from './button.tsx';
import { TextAreaField } from './field.tsx';
import { Icon } from './icon.tsx';
import { ErrorNote } from './states.tsx';

/** What will be so afterwards, said before anybody acts. */
export function Consequence({ children }: { readonly children: ReactNode }) {
  return (
    <div className="flex gap-2.5 rounded-md bg-amber-wash px-3 py-2.5 text-sm">
      <Icon name="warning" className="mt-0.5 text-amber" />
      <div className="min-w-0">{children}</div>
    </div>
  );
}

interface ReasonFormProps {
  readonly consequence: ReactNode;
  /** What the button says it does. */
  readonly submit: string;
  readonly reasonLabel?: string;
  readonly reasonHint?: string;
  readonly kind?: 'primary' | 'danger';
  /** False while something else the act needs is missing. */
  readonly ready?: boolean;
  /** Whether the reason is what is typed first. */
  readonly focus?: boolean;
  readonly busy: boolean;
  readonly error: unknown;
  readonly onSubmit: (reason: string) => void;
  /** Left out where there is nothing to go back to. */
  readonly onCancel?: () => void;
}

/** An act that needs a reason: its consequence first, then why, then the button. */
export function ReasonForm(props: ReasonFormProps) {
  const { consequence, submit, reasonLabel, reasonHint, kind = 'danger', busy, error, onSubmit, onCancel } = props;
  const { ready: othersReady = true, focus = true } = props;
  const [reason, setReason] = useState('');
  const ready = othersReady && reason.trim() !== '';
  const send = () => {
    if (ready && !busy) onSubmit(reason.trim());
  };
  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        send();
      }}
      className="flex flex-col gap-3"
    >
      <Consequence>{consequence}</Consequence>
      <TextAreaField
        label={reasonLabel ?? words.ui.reason}
        hint={reasonHint ?? words.ui.reasonHint}
        value={reason}
        onText={setReason}
        maxLength={1000}
        required
        autoFocus={focus}
        rows={2}
        onKeyDown={(event: KeyboardEvent) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send();
        }}
      />
      {error ? <ErrorNote error={error} /> : null}
      <div className="flex gap-2">
        <Button kind={kind} type="submit" busy={busy} disabled={!ready}>
          {submit}
        </Button>
        {onCancel ? (
          <Button kind="quiet" onClick={onCancel}>
            {words.ui.cancel}
          </Button>
        ) : null}
      </div>
    </form>
  );
}
