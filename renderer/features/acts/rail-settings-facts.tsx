/** What an act changes of how a rail is set up, line by line. */
import type { GovernanceTerms, RailSetting, RailSettingChange } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Fact } from '../../ui/facts.tsx';
import { useRailSettings } from '../rail-settings/use-rail-settings.ts';
import { textToday } from './setting-today.ts';

const say = words.acts.governance.railChanges;

export function RailSettingsFacts({ terms }: { readonly terms: Extract<GovernanceTerms, { kind: 'rail_settings' }> }) {
  const { data } = useRailSettings(terms.rail);
  return (
    <>
      <Fact name={words.acts.fields.rail}>{words.rails[terms.rail]}</Fact>
      {terms.changes.map((change) => (
        <Fact key={'commitment' in change ? change.commitment : change.name} name={words.acts.fields.setting}>
          {LABELS[change.name] === undefined ? null : <span className="block">{LABELS[change.name]}</span>}
          <span className="font-mono text-xs break-all">{change.name}</span> <Becomes change={change} />
          <Today change={change} setting={data?.settings.find(({ name }) => name === change.name)} />
        </Fact>
      ))}
    </>
  );
}

/** As people know them from the settings; what is signed is the name beside it. */
const LABELS: Readonly<Record<string, string>> = Object.fromEntries(
  [words.stellar.names, words.stripe.names, words.nowpayments.names].flatMap((names) =>
    Object.entries(names).map(([name, { label }]) => [name, label]),
  ),
);

interface TodayProps {
  readonly change: RailSettingChange;
  readonly setting: RailSetting | undefined;
}

/** What holds until it is signed: no part of what is signed, and what makes it readable. */
function Today({ change, setting }: TodayProps) {
  if (setting === undefined) return null;
  const text = textToday(change, setting);
  if (text === null) return null;
  return (
    <span className="block text-xs text-soft">
      {say.today} <span className="font-mono break-all">{text}</span>
    </span>
  );
}

/** Of a secret its visible end, and the commitment that is signed for. */
function Becomes({ change }: { readonly change: RailSettingChange }) {
  switch (change.what) {
    case 'set':
      return (
        <>
          {say.set} <span className="font-mono text-xs font-medium break-all">{change.text}</span>
        </>
      );
    case 'clear':
      return say.clear;
    case 'add_secret':
      return (
        <>
          {say.add_secret} <span className="font-mono text-xs font-medium break-all">{change.shown}</span>
        </>
      );
    case 'withdraw_secret':
      return (
        <>
          {say.withdraw_secret} <span className="font-mono text-xs break-all">{change.commitment.slice(0, 16)}…</span>
        </>
      );
  }
}
