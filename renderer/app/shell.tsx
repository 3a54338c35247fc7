import { useEffect } from 'react';
import type { DesktopCommand } from '../../core/contract/desktop-bridge.ts';
import { AccessBanner } from '../features/access/access-banner.tsx';
import { AlertsScreen } from '../features/alerts/alerts-screen.tsx';
import { ApprovalsScreen } from '../features/approvals/approvals-screen.tsx';
import { AuditScreen } from '../features/audit/audit-screen.tsx';
import { CampaignsScreen } from '../features/campaigns/campaigns-screen.tsx';
import { HoldsScreen } from '../features/escrow-holds/holds-screen.tsx';
import { FenceBanner } from '../features/fence/fence-banner.tsx';
import { FreezeBanner } from '../features/freezes/freeze-banner.tsx';
import { ImportScreen } from '../features/import/import-screen.tsx';
import { JobsScreen } from '../features/jobs/jobs-screen.tsx';
import { LedgerScreen } from '../features/ledger/ledger-screen.tsx';
import { titled, useDesktopNotices } from '../features/notifications/desktop-notices.ts';
import { NotificationsScreen } from '../features/notifications/notifications-screen.tsx';
import { OverviewScreen } from '../features/overview/overview-screen.tsx';
import { PayeesScreen } from '../features/payees/payees-screen.tsx';
import { PayoutsScreen } from '../features/payouts/payouts-screen.tsx';
import { HotKeyBanner } from '../features/rail-settings/hot-key-banner.tsx';
import { SchedulesScreen } from '../features/schedules/schedules-screen.tsx';
import { FactorPrompt } from '../features/second-factor/factor-prompt.tsx';
import { SettingsScreen } from '../features/settings/settings-screen.tsx';
import { SigningScreen } from '../features/signing/signing-screen.tsx';
import { StatementsScreen } from '../features/statements/statements-screen.tsx';
import { SyncScreen } from '../features/sync/sync-screen.tsx';
import { FailedTriesBanner } from '../features/unlock/last-sign-in.tsx';
import { run, useCommands } from './commands.ts';
import { Header } from './header.tsx';
import { Help } from './help.tsx';
import { leaveDesk } from './identity.ts';
import { useIdleLock } from './idle.ts';
import { useKeyboard } from './keyboard.ts';
import { useLiveChanges } from './live.ts';
import { Palette } from './palette.tsx';
import { Rail } from './rail.tsx';
import { go, type Place, useRoute } from './routes.ts';
import { showOverlay, useOverlay } from './view-state.ts';
import { words } from './words/words.ts';

const SCREENS: Record<Place, () => React.ReactNode> = {
  overview: OverviewScreen,
  approvals: ApprovalsScreen,
  signing: SigningScreen,
  payouts: PayoutsScreen,
  import: ImportScreen,
  payees: PayeesScreen,
  statements: StatementsScreen,
  schedules: SchedulesScreen,
  holds: HoldsScreen,
  campaigns: CampaignsScreen,
  ledger: LedgerScreen,
  notifications: NotificationsScreen,
  alerts: AlertsScreen,
  sync: SyncScreen,
  jobs: JobsScreen,
  audit: AuditScreen,
  settings: SettingsScreen,
};

const goTo = (place: Place) => () => go({ place, open: null, params: {} });

/** What the native menu may ask for; anything it does not know is ignored. */
const FROM_THE_MENU: Partial<Record<DesktopCommand, () => void>> = {
  palette: () => showOverlay('palette'),
  help: () => showOverlay('help'),
  search: () => void run('search'),
  lock: () => void leaveDesk('signed_out'),
  settings: goTo('settings'),
  'new-payout': () => go({ place: 'payouts', open: 'new', params: {} }),
};

function useDeskCommands(): void {
  useCommands({
    palette: () => showOverlay('palette'),
    help: () => showOverlay('help'),
    lock: () => void leaveDesk('signed_out'),
    'go.overview': goTo('overview'),
    'go.approvals': goTo('approvals'),
    'go.signing': goTo('signing'),
    'go.payouts': goTo('payouts'),
    'go.import': goTo('import'),
    'go.payees': goTo('payees'),
    'go.statements': goTo('statements'),
    'go.schedules': goTo('schedules'),
    'go.holds': goTo('holds'),
    'go.campaigns': goTo('campaigns'),
    'go.ledger': goTo('ledger'),
    'go.notifications': goTo('notifications'),
    'go.alerts': goTo('alerts'),
    'go.sync': goTo('sync'),
    'go.jobs': goTo('jobs'),
    'go.audit': goTo('audit'),
    'go.settings': goTo('settings'),
  });
  useEffect(
    () =>
      window.countersign?.onCommand((command) =>
        (FROM_THE_MENU as Record<string, (() => void) | undefined>)[command]?.(),
      ),
    [],
  );
}

export function Shell() {
  useKeyboard();
  useDeskCommands();
  useLiveChanges();
  useIdleLock();
  const unread = useDesktopNotices();
  const { place } = useRoute();
  const overlay = useOverlay((state) => state.overlay);
  const Screen = SCREENS[place];
  useEffect(() => {
    document.title = titled(words.places[place], unread);
  }, [place, unread]);
  return (
    <div className="flex h-full">
      <button
        type="button"
        onClick={skipToList}
        className="sr-only focus:not-sr-only focus:absolute focus:z-40 focus:bg-raised focus:p-2"
      >
        {words.frame.skip}
      </button>
      <Rail />
      <div className="flex min-w-0 flex-1 flex-col">
        <Header />
        <FailedTriesBanner />
        <AccessBanner />
        <FenceBanner />
        <FreezeBanner />
        <HotKeyBanner />
        <main className="flex min-h-0 flex-1">
          <Screen key={place} />
        </main>
      </div>
      {overlay === 'palette' ? <Palette /> : null}
      {overlay === 'help' ? <Help /> : null}
      <FactorPrompt />
    </div>
  );
}

/** The address is the route, so this is no link: it moves the focus itself. */
function skipToList(): void {
  (document.getElementById('list') ?? document.querySelector('main'))?.focus();
}
