import { useState } from 'react';
import type { GovernanceTerms, RailName, RailSetting } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Panel } from '../../ui/panel.tsx';
import { ReasonForm } from '../../ui/reason-form.tsx';
import { GoodNote } from '../../ui/states.tsx';
import { type ActSigned, SignAct } from '../acts/sign-act.tsx';
import { SignedNote } from '../acts/signed-note.tsx';
import type { RailWords, SettingGroup } from './groups.ts';
import { SettingField } from './setting-field.tsx';
import { useChangeRailSettings } from './use-rail-settings.ts';
import { keptTexts, wishesOf } from './wishes.ts';

const say = words.railSettings;

interface Props {
  readonly railName: RailName;
  readonly group: SettingGroup;
  readonly rail: RailWords;
  readonly settings: readonly RailSetting[];
  readonly isByAct: boolean;
  readonly onClose: () => void;
}

/** Typed, given a reason, and done; or signed for, where admins do that together. */
export function ChangePanel({ railName, group, rail, settings, isByAct, onClose }: Props) {
  const [typed, setTyped] = useState(() => keptTexts(settings));
  const [terms, setTerms] = useState<GovernanceTerms | null>(null);
  const [signed, setSigned] = useState<ActSigned | null>(null);
  const change = useChangeRailSettings();
  const changes = wishesOf(settings, typed);
  const send = (reason: string) =>
    change.mutate({ rail: railName, changes, reason }, { onSuccess: (result) => setTerms(result.terms) });
  const isDone = change.data?.done === true;
  return (
    <Panel
      of={`${group.id} ${terms === null} ${signed?.done}`}
      label={say.changeGroup(group.title)}
      onClose={onClose}
      title={<h2 className="text-base font-semibold">{group.title}</h2>}
    >
      <SignedNote signed={signed} />
      {isDone ? <GoodNote>{say.done}</GoodNote> : null}
      {signed || isDone ? null : terms ? (
        <>
          {changes.some(({ what }) => what === 'add_secret') ? <GoodNote>{say.sealed}</GoodNote> : null}
          <SignAct terms={terms} onSigned={setSigned} onCancel={() => setTerms(null)} />
        </>
      ) : (
        <>
          <p className="text-soft">{isByAct ? say.byAct : say.direct}</p>
          {settings.map((setting) => (
            <SettingField key={setting.name} setting={setting} rail={rail} typed={typed} onTyped={setTyped} />
          ))}
          <ReasonForm
            consequence={say.consequence}
            submit={isByAct ? say.review : say.submit}
            kind="primary"
            focus={false}
            ready={changes.length > 0}
            busy={change.isPending}
            error={change.error}
            onSubmit={send}
            onCancel={onClose}
          />
        </>
      )}
    </Panel>
  );
}
