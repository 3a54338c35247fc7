/** What an act changes of how a rail is set up, line by line. */
import type { GovernanceTerms, RailSettingChange } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Fact } from '../../ui/facts.tsx';

const say = words.acts.governance.railChanges;

export function RailSettingsFacts({ terms }: { readonly terms: Extract<GovernanceTerms, { kind: 'rail_settings' }> }) {
  return (
    <>
      <Fact name={words.acts.fields.rail}>{words.rails[terms.rail]}</Fact>
      {terms.changes.map((change) => (
        <Fact key={'commitment' in change ? change.commitment : change.name} name={words.acts.fields.setting}>
          <span className="font-mono text-xs break-all">{change.name}</span> <Becomes change={change} />
        </Fact>
      ))}
    </>
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
