import type { RailSetting } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { FullAddress } from '../../ui/address.tsx';
import { Ago } from '../../ui/time.tsx';
import type { RailWords } from './groups.ts';

const say = words.railSettings;
/** Of Stellar: an account or a contract. */
const ACCOUNT = /^[GC][A-Z2-7]{55}$/;

interface Props {
  readonly setting: RailSetting;
  readonly rail: RailWords;
  /** What holds where nothing is set, if that is something of its own. */
  readonly byItself: string | undefined;
}

/** What is in force, and what holds where nothing is. */
export function SettingValue({ setting, rail, byItself }: Props) {
  const { name, isSecret, text, keptText, from } = setting;
  const choices = rail.choices[name];
  const shown = (value: string) => choices?.[value] ?? value;
  if (isSecret) return <Secrets setting={setting} />;
  if (text === null && byItself !== undefined) {
    return (
      <>
        <Text text={byItself} />
        <span className="block text-xs text-faint">{say.ownNetwork}</span>
      </>
    );
  }
  if (text === null) {
    const usual = rail.usual[name];
    return <span className="text-faint">{usual === undefined ? say.notSet : say.usual(usual)}</span>;
  }
  return (
    <>
      {choices ? shown(text) : <Text text={text} />}
      {from === 'environment' && keptText !== null && keptText !== text ? (
        <span className="block text-xs text-faint">{say.keptBehind(shown(keptText))}</span>
      ) : null}
    </>
  );
}

function Text({ text }: { readonly text: string }) {
  if (ACCOUNT.test(text)) return <FullAddress address={text} />;
  return <span className="font-mono text-xs wrap-anywhere">{text}</span>;
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
