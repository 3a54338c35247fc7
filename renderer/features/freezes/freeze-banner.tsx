import { hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { Ago } from '../../ui/time.tsx';
import { Frozen } from './frozen.tsx';
import { useFreezes } from './use-freezes.ts';

/** In the frame of every place while anything is frozen: what, by whom, and why. */
export function FreezeBanner() {
  const { data } = useFreezes();
  const [latest] = (data ?? []).toSorted((a, b) => b.frozenAtMs - a.frozenAtMs);
  if (!data || !latest) return null;
  const others = data.length - 1;
  return (
    <div role="status" className="flex min-h-9 items-center gap-3 border-b border-line bg-cyan-wash px-5 py-1.5">
      <Icon name="lock" className="text-cyan" />
      <p className="min-w-0 flex-1 truncate" title={latest.reason}>
        <span className="text-cyan">
          {others === 0 ? words.freezes.banner.one : words.freezes.banner.many(data.length)}
        </span>{' '}
        <span className="font-medium">
          <Frozen freeze={latest} />
        </span>
        , {words.freezes.since(latest.frozenBy)} <Ago atMs={latest.frozenAtMs} />: “{latest.reason}”
        {others > 0 ? ` ${words.freezes.bannerMore(others)}` : ''}
      </p>
      <a href={hrefOf('overview', 'freezes')} className="shrink-0 font-medium text-accent hover:underline">
        {words.freezes.look}
      </a>
    </div>
  );
}
