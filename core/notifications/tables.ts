import type { NotificationTopic } from '../contract/notifications.ts';

export interface NotificationTables {
  notifications: {
    id: string;
    staff_id: string;
    kind: string;
    topic: NotificationTopic;
    urgent: bigint;
    /** Of the newest event it stands for. */
    subject: string;
    /** Canonical JSON of what its words are made of, as it was when the event was followed. */
    facts: string;
    /** How many events, or waiting things, it stands for. */
    count: bigint;
    /** Of the newest. */
    at_ms: bigint;
    read_at_ms: bigint | null;
    /** Whether it is shown on the desktop, as its person wished then. */
    desktop: bigint;
    /** When it is due to be mailed; null: it is not. */
    mail_due_at_ms: bigint | null;
    mail_way: 'soon' | 'digest' | null;
    mail_id: string | null;
  };
  notification_preferences: {
    staff_id: string;
    /** Canonical JSON. */
    value: string;
    changed_at_ms: bigint;
  };
}
