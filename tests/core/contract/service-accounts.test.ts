import { traverseContractProcedures } from '@orpc/server';
import { expect, it } from 'vitest';
import { contract, type ProcedureMeta } from '../../../core/contract/index.ts';

interface Declared {
  readonly name: string;
  readonly meta: ProcedureMeta;
  readonly path: string | undefined;
}

const declared: Declared[] = [];
traverseContractProcedures({ router: contract, path: [] }, ({ contract: procedure, path }) => {
  const { meta, route } = procedure['~orpc'];
  declared.push({ name: path.join('.'), meta: meta as ProcedureMeta, path: route.path });
});

/** Every write a program may make: asking, proposing, granting within a budget, minting up to a cap. */
const MAY_WRITE = [
  'billing.charge',
  'billing.mint',
  'campaigns.create',
  'campaigns.grantBatch',
  'chainExecution.create',
  'chainExecution.submitSigned',
  'escrowHolds.create',
  'escrowHolds.delete',
  'escrowHolds.edit',
  'escrowHolds.processDue',
  'imports.payouts',
  'payees.addDestination',
  'payees.create',
  'payees.update',
  'payouts.cancel',
  'payouts.edit',
  'payouts.request',
  'payouts.retry',
  'payoutSchedules.cancel',
  'payoutSchedules.create',
  'payoutSchedules.delete',
  'payoutSchedules.edit',
  'payoutSchedules.processDue',
  'payoutSchedules.trigger',
  'statements.create',
];

/** Every question it may put. */
const MAY_ASK = [
  'alerts.get',
  'alerts.history',
  'alerts.open',
  'sync.status',
  'watching.rates',
  'audit.checkpoint',
  'audit.list',
  'audit.pages',
  'audit.timeline',
  'audit.verify',
  'billing.account',
  'campaigns.get',
  'campaigns.grants',
  'campaigns.list',
  'chain.list',
  'chain.overview',
  'discounts.list',
  'discounts.quote',
  'escrowHolds.activeOfPlacement',
  'escrowHolds.get',
  'escrowHolds.list',
  'escrowHolds.ofPlacement',
  'escrowHolds.totalOfPlacement',
  'imports.list',
  'jobs.history',
  'jobs.list',
  'ledger.account',
  'ledger.accounts',
  'ledger.assets',
  'ledger.balancesAsOf',
  'ledger.entries',
  'ledger.fxQuotes',
  'ledger.lots',
  'ledger.position',
  'ledger.transaction',
  'ledger.transactions',
  'ledger.trialBalance',
  'payees.get',
  'payees.list',
  'payouts.get',
  'payouts.list',
  'payoutSchedules.get',
  'payoutSchedules.list',
  'placements.get',
  'placements.schedules',
  'providerEvents.get',
  'providerEvents.list',
  'statements.get',
  'statements.list',
];

it('lets a program write what is listed here, and nothing else of all there is', () => {
  const open = declared.filter(({ meta }) => meta.service && meta.audit !== null).map(({ name }) => name);
  expect(open.toSorted()).toEqual(MAY_WRITE.toSorted());
});

it('lets a program ask what is listed here, and nothing else of all there is', () => {
  const open = declared.filter(({ meta }) => meta.service && meta.audit === null).map(({ name }) => name);
  expect(open.toSorted()).toEqual(MAY_ASK.toSorted());
});

it('lets no program near what takes a second factor, the session of a person, or a signature', () => {
  for (const { name, meta } of declared.filter((procedure) => procedure.meta.service)) {
    expect(meta.secondFactor, name).toBe(false);
    expect(meta.roles, name).not.toBe('anyone');
    expect(name).not.toMatch(
      /^(session|secondFactor|approvals|queue|acts|access|staff|policies|freezes|fence|vault|safeguards|serviceAccounts)\./,
    );
    expect(name).not.toMatch(/(confirm|resolve|retire|activate|release|fund|exchange|reverse|adjust)$/);
  }
});

it('gives everything a program may do a path of its own', () => {
  for (const { name, path } of declared.filter(({ meta }) => meta.service)) {
    expect(path, name).toMatch(/^\/(api|admin\/billing)\//);
  }
});
