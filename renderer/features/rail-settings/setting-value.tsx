import type { RailSetting } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { FullAddress } from '../../ui/address.tsx';
import { Ago } from '../../ui/time.tsx';
import type { RailWords } from './groups.ts';

const say = words.railSettings;
/** Of Stellar: an account or a contract. */
const ACCOUNT = /^[GC][A-Z2-7]{55}$/;

/** What is in force, and what holds where nothing is. */
export function SettingValue({ setting, rail }: { readonly setting: RailSetting; readonly rail: RailWords }) {
  const { name, isSecret, text, keptText, from } = setting;
  const choices = rail.choices[name];
  const shown = (value: string) => choices?.[value] ?? value;
  if (isSecret) return <Secrets setting={setting} />;
  if (text === null) {
    const usual = rail.usual[name];
    return <span className="text-faint">{usual === undefined ? say.notSet : say.usual(usual)}</span>;
  }
  return (
    <>
      {ACCOUNT.test(text) ? (
        <FullAddress address={text} />
      ) : (
        <span className={choices ? '' : 'font-mono text-xs wrap-anywhere'}>{shown(text)}</span>
      )}
      {from === 'environment' && keptText !== null && keptText !== text ? (
        <span className="block text-xs text-faint">{say.keptBehind(shown(keptText))}</span>
      ) : null}
    </>
  );
}

function Secrets({ setting: { secrets } }: { readonly setting: RailSetting }) {
  if (secrets.length === 0) return <span className="text-faint">{say.notSet}</span>;
  return (
    <ul className="flex flex-col gap-1">
      {secrets.map(({ commitment, shown, sinceMs }, at) => (
        <li key={commitment ?? shown} className="min-w-0">
          <span className="font-mono text-xs break-all">{shown}</span>{' '}
          <span className="text-xs whitespace-nowrap text-faint">
            {sinceMs === null ? say.inEnvironment : <Ago atMs={sinceMs} />}
            {at === 0 && secrets.length > 1 ? ` · ${say.newest}` : ''}
          </span>
        </li>
      ))}
    </ul>
  );
}
