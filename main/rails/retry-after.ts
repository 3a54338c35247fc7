/**
 * For how long a provider wants to be left alone. It says so in seconds or as a time of its own clock,
 * which is held against what that clock showed when it answered, and not against ours.
 */
const WAIT_MS_MAX = 60 * 60_000;

export interface AnswerHeaders {
  readonly retryAfter: string | null | undefined;
  readonly date: string | null | undefined;
}

/** Null where it does not say, or not so that anybody could tell. */
export function retryAfterMs({ retryAfter, date }: AnswerHeaders): number | null {
  const text = retryAfter?.trim() ?? '';
  if (/^\d{1,6}$/.test(text)) return Math.min(WAIT_MS_MAX, Number(text) * 1_000);
  const waitMs = Date.parse(text) - Date.parse(date ?? '');
  return waitMs > 0 ? Math.min(WAIT_MS_MAX, waitMs) : null;
}
