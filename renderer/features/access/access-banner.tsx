/** What everybody on staff has to see about who may do what. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { orpc } from '../../app/client.ts';
import { hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { Until } from '../../ui/time.tsx';
import { actKey, titleOf } from '../acts/act-words.ts';
import { useAccessStatus } from '../people/use-people.ts';

const say = words.access.banner;

interface StripProps {
  readonly hue: 'amber' | 'red' | 'accent';
  readonly href: string;
  readonly link: string;
  readonly children: ReactNode;
}

const HUES = { amber: 'bg-amber-wash text-amber', red: 'bg-red-wash text-red', accent: 'bg-chosen text-accent' };

function Strip({ hue, href, link, children }: StripProps) {
  return (
    <div role="status" className={`flex items-center gap-2.5 border-b border-line px-5 py-1.5 ${HUES[hue]}`}>
      <Icon name="warning" />
      <p className="min-w-0 flex-1 text-pretty">{children}</p>
      <a href={href} className="font-medium whitespace-nowrap underline underline-offset-2">
        {link}
      </a>
    </div>
  );
}

export function AccessBanner() {
  const admin = hasAnyRole(useMe(), ['admin']);
  const { data } = useAccessStatus();
  const { data: vault } = useQuery(orpc.vault.status.queryOptions());
  if (!data) return null;
  const live = vault?.network === 'live';
  return (
    <>
      {data.problems.length > 0 ? (
        <Strip hue="red" href={hrefOf('settings', null, { tab: 'access' })} link={say.look}>
          <strong className="font-medium">{say.broken}</strong> {data.problems[0]}
        </Strip>
      ) : null}
      {data.recoveries.map(({ actId, terms, takesEffectAtMs }) => (
        <Strip key={actId} hue="amber" href={hrefOf('settings', actKey(actId), { tab: 'people' })} link={say.look}>
          <strong className="font-medium">{say.recovery(titleOf(terms))}</strong> {say.recoveryNext}{' '}
          <Until atMs={takesEffectAtMs} />
        </Strip>
      ))}
      {data.settingUp && (admin || live) ? (
        <Strip hue={live ? 'amber' : 'accent'} href={hrefOf('settings', 'new', { tab: 'people' })} link={say.add}>
          <strong className="font-medium">{say.settingUp}</strong> {live ? say.settingUpLive : say.settingUpSandbox}
        </Strip>
      ) : null}
    </>
  );
}
