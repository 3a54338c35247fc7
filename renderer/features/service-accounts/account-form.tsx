import { type FormEvent, useState } from 'react';
import type { ServiceAccountChange } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { amountText, minorOf, readAmount } from '../../ui/amount-text.ts';
import { Button } from '../../ui/button.tsx';
import { CheckField, TextAreaField, TextField } from '../../ui/field.tsx';
import { CREDITS } from '../campaigns/use-campaigns.ts';

const say = words.services;
/** An admin's role is nothing a program has, and no program signs or approves. */
const ROLES = ['operator', 'controller', 'auditor'] as const;
type ServiceRole = (typeof ROLES)[number];

const SUBJECT = /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,119}$/;

export interface AccountStart {
  readonly subject: string;
  readonly name: string;
  readonly roles: readonly ServiceRole[];
  readonly mintCapMinor: string | null;
}

export const NEW_ACCOUNT: AccountStart = { subject: '', name: '', roles: ['operator'], mintCapMinor: null };

interface Props {
  readonly start: AccountStart;
  /** The version that is changed; left out for a new account. */
  readonly version?: number;
  readonly onTerms: (change: ServiceAccountChange) => void;
  readonly onCancel: () => void;
}

/** Null means an empty field, undefined one that is no amount. */
function capOf(typed: string): string | null | undefined {
  if (typed.trim() === '') return null;
  const read = readAmount(typed, CREDITS.scale);
  return read.ok && read.minor > 0n ? read.minor.toString() : undefined;
}

export function AccountForm({ start, version, onTerms, onCancel }: Props) {
  const [subject, setSubject] = useState(start.subject);
  const [name, setName] = useState(start.name);
  const [roles, setRoles] = useState(start.roles);
  const [cap, setCap] = useState(
    start.mintCapMinor === null ? '' : amountText(minorOf(start.mintCapMinor), CREDITS.scale),
  );
  const [reason, setReason] = useState('');
  const mintCapMinor = capOf(cap);
  const subjectBad = subject !== '' && !SUBJECT.test(subject);
  const ready =
    subject !== '' &&
    !subjectBad &&
    name.trim() !== '' &&
    roles.length > 0 &&
    mintCapMinor !== undefined &&
    reason.trim() !== '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    const common = { subject, name: name.trim(), roles: [...roles], mintCapMinor, reason: reason.trim() };
    onTerms(version === undefined ? { what: 'register', ...common } : { what: 'change', version, ...common });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <TextField
        label={say.name}
        hint={say.nameHint}
        value={name}
        onText={setName}
        maxLength={120}
        required
        autoFocus
      />
      {version === undefined ? (
        <TextField
          label={say.subject}
          hint={say.subjectHint}
          problem={subjectBad ? say.subjectBad : null}
          value={subject}
          onText={setSubject}
          maxLength={120}
          mono
          required
        />
      ) : null}
      <fieldset className="flex flex-col gap-1.5">
        <legend className="mb-1 text-xs font-medium text-soft">{say.roles}</legend>
        {ROLES.map((role) => (
          <CheckField
            key={role}
            label={words.settings.roles[role]}
            note={words.settings.roleNotes[role]}
            checked={roles.includes(role)}
            onCheck={(checked) => setRoles(ROLES.filter((other) => (other === role ? checked : roles.includes(other))))}
          />
        ))}
      </fieldset>
      <TextField
        label={say.mintCap}
        hint={say.mintCapHint}
        problem={mintCapMinor === undefined ? say.amountBad : null}
        optional
        inputMode="decimal"
        value={cap}
        onText={setCap}
      />
      <TextAreaField
        label={words.ui.reason}
        hint={words.ui.reasonHint}
        value={reason}
        onText={setReason}
        maxLength={1000}
        rows={2}
        required
      />
      <div className="flex gap-2">
        <Button kind="primary" type="submit" disabled={!ready}>
          {words.people.review}
        </Button>
        <Button kind="quiet" onClick={onCancel}>
          {words.ui.cancel}
        </Button>
      </div>
    </form>
  );
}
