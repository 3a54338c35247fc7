import type { RailSetting } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/facts.tsx';
import { type RailWords, type SettingGroup, wordsOf } from './groups.ts';
import { SettingValue } from './setting-value.tsx';

const say = words.railSettings;

interface Props {
  readonly group: SettingGroup;
  readonly rail: RailWords;
  readonly settings: readonly RailSetting[];
  /** What holds by itself where nothing is set. */
  readonly byItself: ReadonlyMap<string, string>;
  /** Null where whoever looks may not change them. */
  readonly onChange: (() => void) | null;
}

/** Some settings that belong together, with where each comes from. */
export function GroupSection({ group, rail, settings, byItself, onChange }: Props) {
  return (
    <Section
      title={group.title}
      action={
        onChange ? (
          <Button onClick={onChange} aria-label={say.changeGroup(group.title)}>
            {say.change}
          </Button>
        ) : null
      }
    >
      <p className="text-soft">{group.lead}</p>
      <dl className="@container rounded-lg border border-line">
        {settings.map((setting) => (
          <div
            key={setting.name}
            className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-1 border-b border-line px-4 py-2 text-sm last:border-0 @min-[32rem]:grid-cols-[12.5rem_minmax(0,1fr)_5.5rem]"
          >
            <dt className="min-w-0">
              <span className="block">{wordsOf(rail, setting.name).label}</span>
              <span className="block font-mono text-2xs wrap-anywhere text-faint">{setting.name}</span>
            </dt>
            <dd className="row-start-2 min-w-0 self-center @max-[32rem]:col-span-2 @min-[32rem]:row-start-1 @min-[32rem]:col-start-2">
              <SettingValue setting={setting} rail={rail} byItself={byItself.get(setting.name)} />
            </dd>
            <dd className="self-center text-right text-xs text-soft" title={say.fromNotes[setting.from]}>
              {setting.from === 'program' ? '' : say.from[setting.from]}
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
