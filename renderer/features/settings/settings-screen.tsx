import { Tabs } from 'radix-ui';
import { go, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
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

const GROUPS = [
  { title: 'control', tabs: ['people', 'access', 'policy', 'services', 'vault'] },
  { title: 'rails', tabs: ['stellar', 'providers'] },
  { title: 'messages', tabs: ['alerts', 'mail', 'webhooks'] },
  { title: 'yours', tabs: ['you', 'notifications', 'appearance'] },
] as const;
const TABS = GROUPS.flatMap(({ tabs }): readonly Tab[] => tabs);
type Tab = (typeof GROUPS)[number]['tabs'][number];
const BODY = 'flex min-h-0 min-w-0 flex-1';
const COLUMN = 'flex w-full max-w-2xl flex-col gap-8 overflow-auto px-6 py-5';

/**
 * Beneath each other, because there are too many for a line; up and down go from one to the next.
 * `gives`: way to what is open beside them, where there is no room for both.
 */
function Sections({ gives }: { readonly gives: boolean }) {
  return (
    <Tabs.List
      aria-label={words.settings.sections}
      className={`flex w-40 shrink-0 flex-col overflow-y-auto border-r border-line px-2 py-3 max-[1180px]:w-36 ${gives ? 'max-[1180px]:hidden' : ''}`}
    >
      {GROUPS.map(({ title, tabs }) => (
        <div key={title} role="presentation" className="flex flex-col gap-0.5 pb-3">
          <span aria-hidden="true" className="px-2 pb-1 text-2xs font-medium text-faint">
            {words.settings.groups[title]}
          </span>
          {tabs.map((tab) => (
            <Tabs.Trigger
              key={tab}
              value={tab}
              className="h-7.5 shrink-0 truncate rounded-md px-2 text-left text-sm text-soft hover:bg-hover hover:text-ink focus-visible:-outline-offset-2 data-[state=active]:bg-chosen data-[state=active]:font-medium data-[state=active]:text-ink"
            >
              {words.settings.tabs[tab]}
            </Tabs.Trigger>
          ))}
        </div>
      ))}
    </Tabs.List>
  );
}

export function SettingsScreen() {
  const { open, params } = useRoute();
  const tab = TABS.find((name) => name === params.tab) ?? 'people';
  return (
    <Tabs.Root
      value={tab}
      onValueChange={(value) => go({ open: null, params: { tab: value } }, { replace: true })}
      orientation="vertical"
      className="flex min-w-0 flex-1"
    >
      <Sections gives={open !== null} />
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
      <Tabs.Content
        value="access"
        className={tab === 'access' ? 'flex min-h-0 min-w-0 flex-1 flex-col overflow-auto' : ''}
      >
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
