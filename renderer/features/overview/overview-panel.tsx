import { hasAnyRole, useMe } from '../../app/access.ts';
import { go, useRoute } from '../../app/routes.ts';
import { FencePanel } from '../fence/fence-panel.tsx';
import { FreezePanel } from '../freezes/freeze-panel.tsx';
import { FreezesPanel } from '../freezes/freezes-panel.tsx';
import { FundPanel } from './fund-panel.tsx';

const close = () => go({ open: null, params: {} });

/** What is open beside the overview. */
export function OverviewPanel() {
  const me = useMe();
  const { open, params } = useRoute();
  switch (open) {
    case 'fund':
      return hasAnyRole(me, ['admin', 'controller']) ? <FundPanel onClose={close} /> : null;
    case 'freeze':
      return (
        <FreezePanel
          key={`${params.scope} ${params.target}`}
          onClose={close}
          onFrozen={() => go({ open: 'freezes', params: {} }, { replace: true })}
        />
      );
    case 'freezes':
      return <FreezesPanel onClose={close} />;
    case 'fence':
      return <FencePanel onClose={close} />;
    default:
      return null;
  }
}
