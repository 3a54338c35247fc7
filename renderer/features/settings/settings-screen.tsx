import { Tabs } from 'radix-ui';
import { go, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { TabList } from '../../ui/tab-list.tsx';
import { AccessSection } from '../access/access-section.tsx';
import { ThresholdsSection } from '../alerts/thresholds-section.tsx';
import { MailScreen } from '../mail/mail-screen.tsx';
import { NoticePreferencesSection } from '../notifications/preferences-section.tsx';
import { People } from '../people/people.tsx';
import { PolicySection } from '../policies/policy-section.tsx';
import { ProvidersSection } from '../rail-settings/providers-section.tsx';
import { StellarSection } from '../rail-settings/stellar-section.tsx';
import { ServiceAccounts } from '../service-accounts/service-accounts.tsx';
import { WebhooksScreen } from '../webhooks/webhooks-screen.tsx';
import { Appearance } from './appearance.tsx';
import { VaultSection } from './vault-section.tsx';
import { You } from './you.tsx';

const TABS = [
  'people',
  'policy',
  'services',
  'stellar',
  'providers',
  'access',
  'alerts',
  'notifications',
  'mail',
  'webhooks',
  'you',
  'vault',
  'appearance',
] as const;
const BODY = 'flex min-h-0 flex-1';
const COLUMN = 'flex w-full max-w-2xl flex-col gap-8 overflow-auto px-6 py-5';

export function SettingsScreen() {
  const { params } = useRoute();
  const tab = TABS.find((name) => name === params.tab) ?? 'people';
  return (
    <Tabs.Root
      value={tab}
      onValueChange={(value) => go({ open: null, params: { tab: value } }, { replace: true })}
      className="flex min-w-0 flex-1 flex-col"
    >
      <TabList
        label={words.settings.sections}
        tabs={TABS.map((value) => ({ value, label: words.settings.tabs[value] }))}
      />
      <Tabs.Content value="people" className={tab === 'people' ? BODY : ''}>
        <People />
      </Tabs.Content>
      <Tabs.Content value="policy" className={tab === 'policy' ? BODY : ''}>
        <PolicySection />
      </Tabs.Content>
      <Tabs.Content value="services" className={tab === 'services' ? BODY : ''}>
        <ServiceAccounts />
      </Tabs.Content>
      <Tabs.Content value="stellar" className={tab === 'stellar' ? BODY : ''}>
        <StellarSection />
      </Tabs.Content>
      <Tabs.Content value="providers" className={tab === 'providers' ? BODY : ''}>
        <ProvidersSection />
      </Tabs.Content>
      <Tabs.Content value="access" className={tab === 'access' ? 'flex min-h-0 flex-1 flex-col overflow-auto' : ''}>
        <AccessSection />
      </Tabs.Content>
      <Tabs.Content value="alerts" className={tab === 'alerts' ? COLUMN : ''}>
        <ThresholdsSection />
      </Tabs.Content>
      <Tabs.Content value="notifications" className={tab === 'notifications' ? COLUMN : ''}>
        <NoticePreferencesSection />
      </Tabs.Content>
      <Tabs.Content value="mail" className={tab === 'mail' ? BODY : ''}>
        <MailScreen />
      </Tabs.Content>
      <Tabs.Content value="webhooks" className={tab === 'webhooks' ? BODY : ''}>
        <WebhooksScreen />
      </Tabs.Content>
      <Tabs.Content value="you" className={tab === 'you' ? COLUMN : ''}>
        <You />
      </Tabs.Content>
      <Tabs.Content value="vault" className={tab === 'vault' ? COLUMN : ''}>
        <VaultSection />
      </Tabs.Content>
      <Tabs.Content value="appearance" className={tab === 'appearance' ? COLUMN : ''}>
        <Appearance />
      </Tabs.Content>
    </Tabs.Root>
  );
}
