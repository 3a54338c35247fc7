/** What one policy says otherwise than another, rule by rule. */
import type { PolicyRule, PolicyTerms } from '../../../core/contract/index.ts';

export type Difference =
  | { readonly what: 'added' | 'removed' | 'changed'; readonly rule: PolicyRule }
  | { readonly what: 'moved'; readonly rule: PolicyRule; readonly from: number; readonly to: number }
  | { readonly what: 'limits' | 'signer' };

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

/** The order of an object's keys is nothing anybody meant. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

export function differencesOf(before: PolicyTerms, after: PolicyTerms): readonly Difference[] {
  const kept = (rules: readonly PolicyRule[], others: readonly PolicyRule[]) =>
    rules.filter(({ id }) => others.some((other) => other.id === id)).map(({ id }) => id);
  // Only those in both can have moved: what was added or removed pushes nobody.
  const was = kept(before.rules, after.rules);
  const is = kept(after.rules, before.rules);
  const removed = before.rules
    .filter(({ id }) => !is.includes(id))
    .map((rule): Difference => ({ what: 'removed', rule }));
  const others = after.rules.flatMap((rule): Difference[] => {
    const old = before.rules.find(({ id }) => id === rule.id);
    if (!old) return [{ what: 'added', rule }];
    const [from, to] = [was.indexOf(rule.id), is.indexOf(rule.id)];
    return [
      ...(same(old, rule) ? [] : [{ what: 'changed', rule } as const]),
      ...(from === to ? [] : [{ what: 'moved', rule, from: from + 1, to: to + 1 } as const]),
    ];
  });
  return [
    ...others,
    ...removed,
    ...(same(before.limits, after.limits) ? [] : [{ what: 'limits' } as const]),
    ...(before.separateSigner === after.separateSigner && same(before.blindSigning, after.blindSigning)
      ? []
      : [{ what: 'signer' } as const]),
  ];
}
