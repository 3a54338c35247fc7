/**
 * Headers that go beside a call. The window itself sends only `session`; the others are set by a
 * trusted host, which strips them from what it relays.
 */
export const CALL_HEADERS = {
  session: 'x-countersign-session',
  correlationId: 'x-correlation-id',
  ip: 'x-countersign-ip',
  userAgent: 'x-countersign-user-agent',
  /** A service account's token, where the call came with one. */
  bearer: 'x-countersign-bearer',
  /** The `Idempotency-Key` of a request of the REST surface. */
  idempotencyKey: 'x-countersign-idempotency-key',
  /** `rest` where the call came over the REST surface, whose writes are counted. */
  surface: 'x-countersign-surface',
} as const;
