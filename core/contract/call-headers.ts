/**
 * Headers that go beside a call. The window itself sends only `session`; the others are set by a
 * trusted host, which strips them from what it relays.
 */
export const CALL_HEADERS = {
  session: 'x-countersign-session',
  correlationId: 'x-correlation-id',
  ip: 'x-countersign-ip',
  userAgent: 'x-countersign-user-agent',
} as const;
