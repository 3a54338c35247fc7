/** That payments are signed without anybody at a device is something everybody has to see. */
import { hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { useRailSettings } from './use-rail-settings.ts';

const say = words.stellar;

export function HotKeyBanner() {
  const { data } = useRailSettings('stellar');
  const isOn = (name: string) => data?.settings.find((setting) => setting.name === name)?.text === 'true';
  if (!isOn('PAYOUTS_LIVE_EXECUTION') || !isOn('PAYOUTS_SIGN_WITH_HOT_KEY')) return null;
  return (
    <div role="status" className="flex items-center gap-2.5 border-b border-line bg-amber-wash px-5 py-1.5 text-amber">
      <Icon name="warning" />
      <p className="min-w-0 flex-1 text-pretty">
        <strong className="font-medium">{say.hotKeyBanner}</strong> {say.hotKeyBannerNext}
      </p>
      <a
        href={hrefOf('settings', null, { tab: 'stellar' })}
        className="font-medium whitespace-nowrap underline underline-offset-2"
      >
        {say.look}
      </a>
    </div>
  );
}
