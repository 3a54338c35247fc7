import type { DELIVERY_STATUSES, WEBHOOK_STATUSES } from '../contract/webhook-endpoints.ts';

export interface WebhookTables {
  webhook_endpoints: {
    id: string;
    url: string;
    /** Canonical JSON: patterns of event names. */
    events: string;
    description: string;
    /** `removed` ones stay for their deliveries' sake. */
    status: (typeof WEBHOOK_STATUSES)[number] | 'removed';
    disabled_because: string | null;
    created_by: string;
    created_at_ms: bigint;
    confirmed_by: string | null;
    confirmed_at_ms: bigint | null;
    /** Since when nothing got through. */
    failing_since_ms: bigint | null;
    /** How many times in a row it did not answer as it should. */
    failures: bigint;
    /** Nothing is sent there before: it is away, or asked for a rest. */
    rest_until_ms: bigint | null;
    version: bigint;
  };
  webhook_deliveries: {
    id: string;
    endpoint_id: string;
    /** Of the event in the outbox; deliveries of one subject go out in this order. */
    seq: bigint;
    event: string;
    subject: string;
    /** What is sent, the same bytes each time. */
    body: string;
    status: (typeof DELIVERY_STATUSES)[number];
    attempts: bigint;
    last_status: bigint | null;
    last_answer: string | null;
    created_at_ms: bigint;
    next_try_at_ms: bigint | null;
    delivered_at_ms: bigint | null;
  };
}
