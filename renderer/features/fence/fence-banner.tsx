import { hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { useFence } from './use-fence.ts';

/** In the frame of every place while the vault is fenced. */
export function FenceBanner() {
  const { data } = useFence();
  if (!data || data.fencedAtMs === null) return null;
  return (
    <div role="status" className="flex min-h-9 items-center gap-3 border-b border-line bg-violet-wash px-5 py-1.5">
      <Icon name="warning" className="text-violet" />
      <p className="min-w-0 flex-1 truncate" title={data.reason ?? undefined}>
        <span className="font-medium text-violet">{words.fence.banner}</span> {data.reason}
      </p>
      <a href={hrefOf('overview', 'fence')} className="shrink-0 font-medium text-accent hover:underline">
        {words.fence.look}
      </a>
    </div>
  );
}
