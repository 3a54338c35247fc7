import { describe, expect, it } from 'vitest';
import type { AskedStep } from '../../../../core/approvals/policy/decide.ts';
import { canBeTaken, type Eligible, isAsked, progressOf } from '../../../../core/approvals/policy/steps.ts';
import type { Role } from '../../../../core/contract/index.ts';

const person = (id: string, roles: readonly Role[], groups: readonly string[] = []): Eligible => ({
  id,
  status: 'active',
  roles,
  groups,
});
const step = (overrides: Partial<AskedStep> = {}): AskedStep => ({
  approvals: 1,
  roles: ['approver'],
  groups: [],
  exceptRoles: [],
  distinct: true,
  ...overrides,
});

const ann = person('ann', ['approver']);
const ben = person('ben', ['approver', 'controller']);
const cleo = person('cleo', ['controller'], ['Board']);
const dora = person('dora', ['approver', 'admin']);

describe('who is asked', () => {
  it('has one of the roles or is in one of the groups', () => {
    expect(isAsked(step(), ann)).toBe(true);
    expect(isAsked(step(), cleo)).toBe(false);
    expect(isAsked(step({ roles: [], groups: ['Board'] }), cleo)).toBe(true);
    expect(isAsked(step({ groups: ['Board'] }), cleo)).toBe(true);
    expect(isAsked(step({ roles: [], groups: ['board'] }), cleo)).toBe(false);
  });

  it('has none of the roles that are left out, and is still on staff', () => {
    expect(isAsked(step({ exceptRoles: ['admin'] }), dora)).toBe(false);
    expect(isAsked(step(), { ...ann, status: 'left' })).toBe(false);
  });
});

describe('steps', () => {
  const two = [step(), step({ roles: ['controller'] })];
  const given = (who: Eligible, place: number, statedAtMs: number) => ({ person: who, step: place, statedAtMs });

  it('are taken one after the other', () => {
    expect(progressOf(two, [])).toMatchObject({ given: [0, 0], next: 0 });
    expect(progressOf(two, [given(ann, 0, 1)])).toMatchObject({ given: [1, 0], next: 1 });
    expect(progressOf(two, [given(ann, 0, 1), given(cleo, 1, 2)])).toMatchObject({ given: [1, 1], next: null });
  });

  it('do not count an approval that was made before the steps before were done', () => {
    const early = given(cleo, 1, 1);
    expect(progressOf(two, [early])).toMatchObject({ given: [0, 0], next: 0 });
    expect(progressOf(two, [early, given(ann, 0, 2)])).toMatchObject({ given: [1, 0], next: 1 });
  });

  it('count one person once', () => {
    const twice = [step({ approvals: 2 })];
    expect(progressOf(twice, [given(ann, 0, 1), given(ann, 0, 2)])).toMatchObject({ given: [1], next: 0 });
    expect(progressOf(two, [given(ben, 0, 1), given(ben, 1, 2)])).toMatchObject({ given: [1, 0], next: 1 });
  });

  it('count whoever approved before where they say so', () => {
    const lenient = [step(), step({ roles: ['controller'], distinct: false })];
    expect(progressOf(lenient, [given(ben, 0, 1)])).toMatchObject({ given: [1, 1], next: null });
    expect(progressOf(lenient, [given(ann, 0, 1)])).toMatchObject({ given: [1, 0], next: 1 });
  });

  it('do not count somebody who is not asked any more', () => {
    expect(progressOf([step()], [given({ ...ann, roles: [] }, 0, 1)])).toMatchObject({ given: [0], next: 0 });
  });

  it('are not undone by an approval too many', () => {
    const more = [given(ann, 0, 1), given(cleo, 1, 2), given(dora, 0, 3)];
    expect(progressOf(two, more)).toMatchObject({ next: null });
  });
});

describe('whether there are people for the steps', () => {
  it('finds each a person of their own', () => {
    const both = [step({ roles: ['approver'] }), step({ roles: ['controller'] })];
    expect(canBeTaken(both, [], [ann, cleo])).toBe(true);
    // Ben alone could take either, and only one of them.
    expect(canBeTaken(both, [], [ben])).toBe(false);
    // Whoever is tried first makes room for the other.
    expect(canBeTaken(both, [], [ben, ann])).toBe(true);
    expect(canBeTaken(both, [], [ann, ben])).toBe(true);
  });

  it('counts what is given already', () => {
    expect(canBeTaken([step({ approvals: 2 })], [1], [ann])).toBe(true);
    expect(canBeTaken([step({ approvals: 2 })], [0], [ann])).toBe(false);
    expect(canBeTaken([step()], [1], [])).toBe(true);
  });

  it('lets one person count twice where a step says so', () => {
    expect(canBeTaken([step(), step({ roles: ['controller'], distinct: false })], [], [ben])).toBe(true);
  });
});
