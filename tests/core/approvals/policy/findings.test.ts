/** What is said about a policy before it is put in force, and about a payout before it is asked for. */
import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../../../core/approvals/policy/findings.ts';
import { policyInWords, readAssetNames } from '../../../../core/approvals/policy/in-words.ts';
import { FIRST_POLICY, PRESETS } from '../../../../core/approvals/policy/presets.ts';
import { tryPolicy } from '../../../../core/approvals/policy/trial.ts';
import { currentPolicy, policyVersions } from '../../../../core/approvals/policy/views.ts';
import type { PolicyTerms } from '../../../../core/contract/index.ts';
import { addAsset } from '../../../../core/ledger/assets.ts';
import { assetId } from '../../../../core/money/assets.ts';
import { drivePayouts } from '../../../../core/payouts/drive.ts';
import { anyNeeds, fromDollars, putInForce } from '../../../support/policy.ts';
import { scriptedProvider } from '../../../support/scripted-provider.ts';
import { forEachStore } from '../../../support/stores.ts';
import { EUR, testTreasury, USD } from '../../../support/treasury.ts';

const HOUR_MS = 3_600_000;
const terms = (rest: Partial<PolicyTerms>): PolicyTerms => ({ ...FIRST_POLICY, ...rest });

forEachStore((_name, open) => {
  const start = async () => {
    const writer = await open();
    const t = await testTreasury(writer);
    const ben = await t.addPerson('Ben', ['operator', 'approver'], ['Board']);
    const found = async (rest: Partial<PolicyTerms>) =>
      (await findingsOf(writer, terms(rest))).map(({ level, code, ruleId }) => [level, code, ruleId]);
    return { writer, t, ben, found };
  };

  describe('what is found about a policy', () => {
    it('is nothing, of the one that a vault of two begins with', async () => {
      const { found } = await start();
      expect(await found({})).toEqual([]);
    });

    it('is that a rule is never reached, because another one or several before it take all', async () => {
      const { found } = await start();
      const halves = [
        { ...anyNeeds(1), id: 'hand', when: { sources: ['person' as const] } },
        {
          ...anyNeeds(1),
          id: 'rest',
          when: { sources: ['file' as const, 'schedule' as const, 'api' as const, 'campaign' as const] },
        },
      ];
      expect(await found({ rules: [...halves, anyNeeds(1)] })).toEqual([['warning', 'unreachable', 'any']]);
      expect(await found({ rules: [anyNeeds(1), fromDollars(500, 1)] })).toEqual([
        ['warning', 'unreachable', 'from-500'],
      ]);
      const nothing = { ...anyNeeds(1), id: 'nothing', when: { assets: [EUR], amounts: [{ assetId: USD }] } };
      expect(await found({ rules: [nothing, anyNeeds(1)] })).toEqual([['warning', 'unreachable', 'nothing']]);
    });

    it('is the ways of paying that no rule decides about, where there is more than one', async () => {
      const { writer, t } = await start();
      const xlm = assetId('stellar:testnet:native');
      await t.as(t.ada.actor, (work) => addAsset(work, { assetId: xlm, scale: 7, minimumPayoutMinor: 1n }));
      const rules = [
        { ...anyNeeds(1), id: 'payments', when: { methods: ['payment' as const, 'contract_call' as const] } },
      ];
      expect((await findingsOf(writer, terms({ rules }))).map(({ message }) => message)).toEqual([
        'No rule decides about payouts over Stellar in XLM, by opening the account or as a claimable balance. They are refused.',
      ]);
    });

    it('is the payouts that no rule decides about, each rail and asset by itself', async () => {
      const { writer, found } = await start();
      const rules = [
        { ...anyNeeds(1), id: 'dollars', when: { amounts: [{ assetId: USD, belowMinor: '100000' }] } },
        { ...anyNeeds(1), id: 'euros', when: { assets: [EUR] } },
      ];
      expect(await found({ rules })).toEqual([
        ['warning', 'gap', null],
        ['warning', 'gap', null],
      ]);
      const messages = (await findingsOf(writer, terms({ rules }))).map(({ message }) => message);
      expect(messages).toEqual([
        'No rule decides about payouts over Stripe in USD, of 1,000.00 USD or more. They are refused.',
        'No rule decides about payouts over the simulated rail in USD, of 1,000.00 USD or more. They are refused.',
      ]);
    });

    it('is that people are missing, as an error where nobody could ever approve', async () => {
      const { found, t } = await start();
      expect(await found({ rules: [anyNeeds({ approvals: 1, groups: ['Nobody'] })] })).toEqual([
        ['warning', 'unknown_group', 'any'],
        ['error', 'nobody_eligible', 'any'],
      ]);
      expect(await found({ rules: [anyNeeds(3)] })).toEqual([['error', 'too_few_people', 'any']]);
      // Ada and Ben could each take either step, and a third one is not there.
      expect(await found({ rules: [anyNeeds(2, 1)] })).toEqual([['error', 'too_few_people', 'any']]);
      expect(await found({ rules: [anyNeeds(2)] })).toEqual([['warning', 'nobody_to_spare', 'any']]);
      expect(await found({ rules: [anyNeeds({ approvals: 1, groups: ['Board'] })] })).toEqual([
        ['warning', 'nobody_to_spare', 'any'],
      ]);
      await t.addPerson('Cleo', ['approver'], ['Board']);
      expect(await found({ rules: [anyNeeds({ approvals: 1, groups: ['Board'] })] })).toEqual([]);
    });

    it('is what it names and is not there, and what could never be', async () => {
      const { found } = await start();
      const unknown = 'now:xyz' as never;
      expect(await found({ rules: [{ ...anyNeeds(1), id: 'x', when: { assets: [unknown] } }, anyNeeds(1)] })).toEqual([
        ['error', 'unknown_asset', 'x'],
      ]);
      expect(await found({ limits: [{ per: 'vault', assetId: USD, perDayMinor: '99' }] })).toEqual([
        ['error', 'limit_below_minimum', null],
      ]);
      const test = (upToMinor: string) => ({
        ...anyNeeds(1),
        ask: { steps: [{ approvals: 1, roles: ['approver' as const] }], testPayment: [{ assetId: USD, upToMinor }] },
      });
      expect(await found({ rules: [test('99')] })).toEqual([['error', 'no_test_possible', 'any']]);
      expect(await found({ rules: [{ ...test('100'), id: 'eur', when: { assets: [EUR] } }, anyNeeds(1)] })).toEqual([
        ['warning', 'no_test_possible', 'eur'],
      ]);
    });

    it('is that nobody would be left to sign', async () => {
      const writer = await open();
      const t = await testTreasury(writer);
      await t.govern({
        kind: 'staff_roles',
        staffId: t.ada.staff.id,
        roles: ['admin', 'approver', 'operator'],
        groups: [],
      });
      const codes = (await findingsOf(writer, PRESETS.separated.terms)).map(({ code }) => code);
      expect(codes).toEqual(['nobody_to_spare', 'no_signer']);
    });
  });

  describe('a policy in plain words', () => {
    it('says amounts as people write them and whose an asset is where two have its code', async () => {
      const { writer, t } = await start();
      const theirs = assetId('stellar:testnet:USD-GBBD47IF6LWK7P7MDEVSCWR7DPUWV3NY3DTQEVFL4NAT4AQH3ZLLFLA5');
      const xlm = assetId('stellar:testnet:native');
      for (const id of [theirs, xlm]) {
        await t.as(t.ada.actor, (work) => addAsset(work, { assetId: id, scale: 7, minimumPayoutMinor: 1n }));
      }
      const assets = await readAssetNames(writer);
      const words = policyInWords(
        {
          rules: [
            {
              id: 'a',
              name: 'A',
              when: {
                rails: ['stellar', 'stripe'],
                amounts: [
                  { assetId: USD, fromMinor: '1250000' },
                  { assetId: theirs, fromMinor: '10000000', belowMinor: '12345678' },
                  { assetId: xlm, belowMinor: '50000000' },
                ],
                payeeTags: ['gold'],
                destinationYoungerThanMs: 48 * HOUR_MS,
                sources: ['file', 'api'],
                methods: ['payment', 'claimable_balance'],
                screening: ['none'],
                lookAlike: false,
                firstPayment: true,
              },
              ask: {
                steps: [
                  { approvals: 2, roles: ['approver'], groups: ['Board'], exceptRoles: ['admin'] },
                  { approvals: 1, roles: ['controller'], distinct: false },
                ],
                validForMs: 24 * HOUR_MS,
                testPayment: [{ assetId: USD, upToMinor: '500' }],
              },
            },
            { id: 'b', name: 'B', when: {}, deny: { reason: 'Closed today.' } },
          ],
          limits: [{ per: 'payee', assetId: EUR, perDayMinor: '10000000' }],
          separateSigner: true,
        },
        assets,
      );
      expect(words).toEqual({
        rules: [
          {
            id: 'a',
            name: 'A',
            text:
              'A payout over Stellar or Stripe, of 12,500.00 USD (iso:USD) or more, from 1.00 USD (GBBD…FLA5) to below 1.2345678 USD (GBBD…FLA5) or below 5.00 XLM, ' +
              'to payees tagged “gold”, to a destination confirmed less than 2 days ago, as an ordinary payment or as a claimable balance, from a file or asked for over the API, ' +
              'to somebody never looked up on the deny-list, to an address that looks like no other, to a payee who was never paid before ' +
              'needs two approvers or members of “Board”, none of them an admin, then one controller, who may have approved before; ' +
              'nobody approves their own act. An approval lasts 24 hours. First a test of at most 5.00 USD (iso:USD) has to arrive at the same address.',
          },
          { id: 'b', name: 'B', text: 'Any payout is refused: Closed today.' },
        ],
        limits: ['To each payee at most 100,000.00 EUR start within 24 hours; more waits.'],
        signing: 'Whoever signs a payment has neither asked for it nor approved it.',
      });
    });

    it('stands beside every version, newest first', async () => {
      const { writer, t } = await start();
      await putInForce(t, [anyNeeds(2)]);
      const { items } = await policyVersions(writer, { cursor: undefined, limit: 10 });
      expect(items.map(({ version, inForce, createdBy }) => [version, inForce, createdBy])).toEqual([
        [2, true, 'Ada'],
        [1, false, 'Ada'],
      ]);
      const first = await policyVersions(writer, { cursor: undefined, limit: 1 });
      const second = await policyVersions(writer, { cursor: first.nextCursor ?? undefined, limit: 1 });
      expect([...first.items, ...second.items]).toEqual(items);
      expect(second.nextCursor).toBeNull();
      expect(await currentPolicy(writer)).toEqual(items[0]);
    });
  });

  describe('what a payout would need', () => {
    it('is told with who could approve it, whom the limits make wait, and what goes to the payee already', async () => {
      const { writer, t, ben } = await start();
      const carla = await t.addPayee('Carla');
      await t.fund(1_000_000n);
      await putInForce(t, [fromDollars(20_000, 1), anyNeeds(1)], {
        limits: [{ per: 'payee', assetId: USD, perDayMinor: '15000' }],
      });
      const { id } = await t.request(t.ada, carla, { amountMinor: 12_000n });
      await t.approve(ben, id);
      await drivePayouts({
        treasury: t.treasury,
        actor: { kind: 'job', id: 'job:pay', name: 'pay', roles: [] },
        provider: scriptedProvider(),
      });
      const trial = await tryPolicy(
        writer,
        { payeeId: carla.id, destinationId: carla.destinations[0]?.id, assetId: USD, amountMinor: '9000' },
        { id: t.ada.staff.id, nowMs: t.clock.nowMs() },
      );
      expect(trial).toMatchObject({
        outcome: 'asks',
        ruleId: 'from-20000',
        decidedOnMinor: '21000',
        steps: [{ approvals: 1, text: 'one approver', eligible: [{ id: ben.staff.id, name: 'Ben' }] }],
        blocked: null,
        limits: [{ usedMinor: '12000', leftMinor: '3000', waits: true }],
        testPaymentFirst: false,
      });
      const alone = { rail: 'simulated' as const, assetId: USD, amountMinor: '9000', requestedBy: ben.staff.id };
      expect(await tryPolicy(writer, alone, { id: t.ada.staff.id, nowMs: t.clock.nowMs() })).toMatchObject({
        ruleId: 'any',
        decidedOnMinor: '9000',
        steps: [{ eligible: [{ name: 'Ada' }] }],
        limits: [{ waits: false }],
      });
    });

    it('is told under rules that are not in force, with what is made up', async () => {
      const { writer, t } = await start();
      const by = { id: t.ada.staff.id, nowMs: t.clock.nowMs() };
      const made = { rail: 'stripe' as const, assetId: EUR, amountMinor: '100' };
      const strict = terms({
        rules: [
          { id: 'listed', name: 'Listed', when: { screening: ['hit'] }, deny: { reason: 'Listed.' } },
          { ...anyNeeds(2), id: 'young', name: 'Young', when: { destinationYoungerThanMs: 24 * HOUR_MS } },
        ],
      });
      const tried = (payout: object) => tryPolicy(writer, { ...made, ...payout }, { ...by, terms: strict });
      expect(await tried({ screening: 'hit' })).toMatchObject({
        outcome: 'denied',
        text: 'The rule “Listed” forbids it: Listed.',
      });
      expect(await tried({ destinationAgeMs: HOUR_MS })).toMatchObject({
        outcome: 'asks',
        ruleId: 'young',
        blocked: expect.stringContaining('Too few'),
      });
      expect(await tried({})).toMatchObject({ outcome: 'no_match', ruleId: null, steps: [] });
      await expect(tryPolicy(writer, { assetId: EUR, amountMinor: '1' }, by)).rejects.toMatchObject({
        code: 'input.invalid',
        data: { field: 'rail' },
      });
    });
  });
});
