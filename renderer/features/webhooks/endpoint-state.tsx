import type { WebhookEndpoint } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { StatusLike } from '../../ui/status.tsx';

const say = words.webhooks;
const LIKE = { proposed: 'pending', active: 'completed', disabled: 'cancelled' } as const;

export function EndpointState({ endpoint }: { readonly endpoint: Pick<WebhookEndpoint, 'status' | 'failingSinceMs'> }) {
  if (endpoint.status === 'active' && endpoint.failingSinceMs !== null)
    return <StatusLike like="failed" word={say.failing} />;
  return <StatusLike like={LIKE[endpoint.status]} word={say.status[endpoint.status]} />;
}

export const eventsText = (events: readonly string[]): string =>
  events.includes('*') ? say.everyEvent : events.join(', ');
