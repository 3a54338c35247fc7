/** What two people do together, and what anybody may stop, as the model sees it. */
import { claimAgain, stand } from './payouts.ts';
import type { Answer, FreezeModel, ModelState, Outcome, PayoutModel } from './state.ts';

const ACT_WAITS = 72 * 60 * 60 * 1000;

/** One signature over the terms; true when it is the second. */
function sign(m: ModelState, terms: string, by: number): 'first' | 'second' | 'act.already_signed' {
  const act = m.acts.get(terms);
  // One that waited too long is begun anew.
  if (!act || m.now - act.createdAt > ACT_WAITS) return 'first';
  return act.signers.has(by) ? 'act.already_signed' : 'second';
}

function remember(m: ModelState, terms: string, by: number, sequel: 'first' | 'second'): void {
  if (sequel === 'second') m.acts.delete(terms);
  else m.acts.set(terms, { signers: new Set([by]), createdAt: m.now });
}

export interface ResolutionTerms {
  readonly to: Outcome;
  /** The version that was looked at. */
  readonly version: number;
  readonly by: number;
  /** Attempts of which the provider says that it knows nothing. */
  readonly unknownAttempts: ReadonlySet<number>;
}

export const resolutionTerms = (payout: number, version: number, to: Outcome) =>
  `resolve ${payout} at ${version} to ${to}`;

export function resolve(
  m: ModelState,
  payout: PayoutModel,
  { to, version, by, unknownAttempts }: ResolutionTerms,
): Answer {
  const terms = resolutionTerms(payout.index, version, to);
  const sequel = sign(m, terms, by);
  if (sequel !== 'first' && sequel !== 'second') return sequel;
  if (payout.status !== 'quarantined') return 'payout.stale';
  if (payout.version !== version) return 'act.stale';
  if (to === 'approved' || to === 'cancelled') {
    const maybeSent = payout.attempts.some(
      ({ status, number }) => status === 'completed' || (status === 'open' && !unknownAttempts.has(number)),
    );
    if (maybeSent) return 'payout.not_unsent';
  }
  if (sequel === 'second') {
    const claims = to === 'approved' ? claimAgain(m, payout) : 'ok';
    if (claims !== 'ok') return claims;
    const moved = stand(m, payout, to);
    if (moved !== 'ok') return moved;
    if (to === 'failed') payout.failures += 1;
    if (to === 'completed' && !payout.settled) {
      const said = m.records.filter((record) => record.payout === payout.index && record.outcome === 'noted');
      for (const record of said) record.outcome = 'quarantined';
    }
    for (const attempt of payout.attempts) {
      if (to === 'failed' && attempt.status === 'completed') attempt.status = 'failed';
      if (attempt.status !== 'open') continue;
      attempt.status = to === 'completed' || to === 'failed' ? to : 'unsent';
      if (attempt.status === 'unsent') attempt.unsentAt = m.now;
    }
  }
  remember(m, terms, by, sequel);
  return 'ok';
}

export function freeze(m: ModelState, scope: FreezeModel['scope'], target: string): Answer {
  if (scope === 'asset' && target !== 'iso:USD' && target !== 'iso:EUR') return 'freeze.target';
  if (scope === 'rail' && target !== 'simulated' && target !== 'stripe') return 'freeze.target';
  if (m.freezes.some((one) => !one.lifted && one.scope === scope && one.target === target)) return 'freeze.exists';
  m.freezes.push({ scope, target, lifted: false });
  return 'ok';
}

export function unfreeze(m: ModelState, index: number, by: number): Answer {
  const terms = `unfreeze ${index}`;
  const sequel = sign(m, terms, by);
  if (sequel !== 'first' && sequel !== 'second') return sequel;
  const one = m.freezes[index];
  if (sequel === 'second') {
    if (!one || one.lifted) return 'freeze.unknown';
    one.lifted = true;
  }
  remember(m, terms, by, sequel);
  return 'ok';
}

export function liftFence(
  m: ModelState,
  terms: { readonly fencedAt: number; readonly comparedAt: number },
  by: number,
): Answer {
  const text = `lift ${terms.fencedAt} ${terms.comparedAt}`;
  const sequel = sign(m, text, by);
  if (sequel !== 'first' && sequel !== 'second') return sequel;
  if (sequel === 'second') {
    if (m.fencedAt === null || m.fencedAt !== terms.fencedAt) return 'fence.not_up';
    if (m.comparedAt === null || m.comparedAt !== terms.comparedAt) return 'fence.not_compared';
    m.fencedAt = null;
    m.comparedAt = null;
  }
  remember(m, text, by, sequel);
  return 'ok';
}
