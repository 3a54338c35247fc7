/** How one rail is set up: every setting, where it comes from, and the way to change it. */
import type { ReactNode } from 'react';
import type { RailName, RailSetting } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { go, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { ActPanel } from '../acts/act-panel.tsx';
import { readActKey } from '../acts/act-words.ts';
import { WaitingActs } from '../acts/waiting-acts.tsx';
import { ChangePanel } from './change-panel.tsx';
import { GroupSection } from './group-section.tsx';
import type { RailWords, SettingGroup } from './groups.ts';
import { useRailSettings } from './use-rail-settings.ts';

const say = words.railSettings;

export interface RailSetUp {
  readonly name: RailName;
  readonly rail: RailWords;
  readonly title: string;
  readonly lead: string;
  /** What else is to be known of the rail, above its settings. */
  readonly children?: ReactNode;
}

/** One or more rails beneath each other, and beside them what is being changed or signed for. */
export function RailSettings({ rails }: { readonly rails: readonly RailSetUp[] }) {
  const me = useMe();
  const { open } = useRoute();
  const actId = readActKey(open);
  const close = () => go({ open: null });
  return (
    <div className="flex min-w-0 flex-1">
      <div className="flex min-w-0 flex-1 flex-col gap-8 overflow-auto px-6 py-5">
        <div className="flex w-full max-w-3xl flex-col gap-12">
          {rails.map((one) => (
            <RailColumn key={one.name} {...one} />
          ))}
        </div>
      </div>
      {actId === null ? null : <ActPanel key={actId} id={actId} onClose={close} />}
      {hasAnyRole(me, ['admin']) ? rails.map((one) => <OpenedGroup key={one.name} {...one} onClose={close} />) : null}
    </div>
  );
}

function RailColumn({ name, rail, title, lead, children }: RailSetUp) {
  const isAdmin = hasAnyRole(useMe(), ['admin']);
  const { data, isPending, error, refetch } = useRailSettings(name);
  return (
    <section aria-label={title} className="flex flex-col gap-8">
      <header className="flex flex-col gap-1">
        <h2 className="text-base font-semibold">{title}</h2>
        <p className="text-soft">{lead}</p>
        {isAdmin ? null : <p className="text-soft">{say.forbidden}</p>}
      </header>
      <WaitingActs only={(terms) => terms.kind === 'rail_settings' && terms.rail === name} />
      {children}
      {isPending ? <LoadingLines lines={12} /> : null}
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {data
        ? rail.groups.map((group) => (
            <GroupSection
              key={group.id}
              group={group}
              rail={rail}
              settings={settingsIn(group, data.settings)}
              byItself={new Map(data.byItself.map(({ name: of, text }) => [of, text]))}
              onChange={isAdmin ? () => go({ open: `${name}.${group.id}` }) : null}
            />
          ))
        : null}
    </section>
  );
}

function OpenedGroup({ name, rail, onClose }: RailSetUp & { readonly onClose: () => void }) {
  const { open } = useRoute();
  const { data } = useRailSettings(name);
  const opened = rail.groups.find(({ id }) => `${name}.${id}` === open);
  return data && opened ? (
    <ChangePanel
      key={opened.id}
      railName={name}
      group={opened}
      rail={rail}
      settings={settingsIn(opened, data.settings)}
      isByAct={data.changes === 'by_act'}
      onClose={onClose}
    />
  ) : null;
}

function settingsIn({ names }: SettingGroup, settings: readonly RailSetting[]): readonly RailSetting[] {
  return names.flatMap((one) => settings.find((setting) => setting.name === one) ?? []);
}
