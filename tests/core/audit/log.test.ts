import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { type AuditFilter, type AuditReader, auditTimeline, listAudit } from '../../../core/audit/log.ts';
import type { Role } from '../../../core/contract/index.ts';
import { Refusal } from '../../../core/errors/refusal.ts';
import { perform } from '../../../core/store/command.ts';
import { forEachStore } from '../../support/stores.ts';
import { type TestTreasury, testTreasury } from '../../support/treasury.ts';

const AUDITOR: AuditReader = { id: 'stf_auditor', roles: ['auditor'] };
const OPERATOR: AuditReader = { id: 'stf_operator', roles: ['operator'] };
const PAGE = { cursor: undefined, limit: 100 };

interface Told {
  readonly who: string;
  readonly action: string;
  readonly subject: string;
  readonly note?: string;
  readonly refused?: true;
}

const TOLD: readonly Told[] = [
  { who: 'stf_operator', action: 'payout.request', subject: 'payout:one', note: 'Invoice 100%' },
  { who: 'stf_ben', action: 'payout.approve', subject: 'payout:one' },
  { who: 'stf_ben', action: 'payout.approve', subject: 'payout:two', refused: true },
  { who: 'stf_ben', action: 'payout-schedule.create', subject: 'schedule:one' },
  { who: 'stf_ben', action: 'staff.add', subject: 'staff:carol', note: 'Carol Ünal' },
  { who: 'stf_operator', action: 'session.sign_in', subject: 'staff:operator' },
  { who: 'stf_ben', action: 'session.sign_in', subject: 'staff:ben' },
];

async function tell(t: TestTreasury, { who, action, subject, note, refused }: Told): Promise<void> {
  const actor = { kind: 'staff', id: who, name: who.slice(4), roles: ['operator'] as Role[] } as const;
  const origin = { host: 'server', ip: '192.0.2.7', userAgent: 'curl/8', correlationId: `call-${subject}` };
  const told = perform(t.treasury, { action, actor, origin }, async (work) => {
    if (refused) throw new Refusal('payout.stale', { subject });
    work.audit({ action, subject, details: note === undefined ? {} : { note } });
  });
  await (refused ? expect(told).rejects.toMatchObject({ code: 'payout.stale' }) : told);
}

forEachStore((_name, open) => {
  const filled = async () => {
    const writer = await open();
    const t = await testTreasury(writer);
    const [first] = await writer.rows<{ size: bigint }>(sql`select size from audit_head`);
    const times: number[] = [];
    for (const told of TOLD) {
      t.clock.advance(1_000);
      times.push(t.clock.nowMs());
      await tell(t, told);
    }
    const find = async (filter: AuditFilter, who = AUDITOR) =>
      (await listAudit(writer, who, filter, PAGE)).items
        .filter(({ seq }) => seq > Number(first?.size))
        .map(({ seq }) => seq - Number(first?.size));
    return { writer, t, times, find };
  };

  describe('the audit log, read', () => {
    it('is filtered by who, what, about what, outcome and time, newest first', async () => {
      const { find, times } = await filled();
      expect(await find({})).toEqual([7, 6, 5, 4, 3, 2, 1]);
      expect(await find({ actor: 'stf_ben' })).toEqual([7, 5, 4, 3, 2]);
      expect(await find({ action: 'payout.approve' })).toEqual([3, 2]);
      expect(await find({ action: 'payout.' }), 'a whole family, and not one that begins alike').toEqual([3, 2, 1]);
      expect(await find({ subject: 'payout:one' })).toEqual([2, 1]);
      expect(await find({ outcome: 'refused' })).toEqual([3]);
      expect(await find({ outcome: 'done', action: 'payout.' })).toEqual([2, 1]);
      expect(await find({ from: times[2], to: times[5] }), 'from is in, to is not').toEqual([5, 4, 3]);
      expect(await find({ from: times[6] })).toEqual([7]);
      expect(await find({ to: times[0] })).toEqual([]);
      expect(await find({ actor: 'stf_ben', action: 'session.', from: times[3] })).toEqual([7]);
      expect(await find({ actor: 'stf_nobody' })).toEqual([]);
    });

    it('is searched for a text, whose signs stand for themselves', async () => {
      const { find } = await filled();
      expect(await find({ text: 'carol' })).toEqual([5]);
      expect(await find({ text: '100%' })).toEqual([1]);
      expect(await find({ text: '100_' })).toEqual([]);
      expect(await find({ text: '192.0.2.7', action: 'staff.' })).toEqual([5]);
      expect(await find({ text: 'call-payout:two' })).toEqual([3]);
      expect(await find({ text: "o'; drop table audit_entries; --" })).toEqual([]);
    });

    it('says where each entry came from, and how far the log goes', async () => {
      const { writer, t } = await filled();
      const page = await listAudit(writer, AUDITOR, {}, { cursor: undefined, limit: 1 });
      expect(page.items[0]).toMatchObject({
        host: 'server',
        ip: '192.0.2.7',
        userAgent: 'curl/8',
        correlationId: 'call-staff:ben',
      });
      expect(page.head).toEqual({ size: page.items[0]?.seq, hash: page.items[0]?.hash, atMs: t.clock.nowMs() });
    });

    it('is paged without a gap or a repetition, whatever the filter', async () => {
      const { writer } = await filled();
      for (const filter of [{}, { actor: 'stf_ben' }, { action: 'payout.' }, { text: 'o' }] as const) {
        const whole = await listAudit(writer, AUDITOR, filter, PAGE);
        const seqs: number[] = [];
        let cursor: string | undefined;
        do {
          const page = await listAudit(writer, AUDITOR, filter, { cursor, limit: 2 });
          seqs.push(...page.items.map(({ seq }) => seq));
          cursor = page.nextCursor ?? undefined;
        } while (cursor !== undefined);
        expect(seqs, JSON.stringify(filter)).toEqual(whole.items.map(({ seq }) => seq));
      }
    });

    it('looks through so many entries at most, and goes on from there', async () => {
      const { writer, t } = await filled();
      await t.as(t.ada.actor, async (work) => {
        for (let index = 0; index < 20_050; index += 1) work.audit({ action: 'test.many', subject: 'test' });
      });
      const first = await listAudit(writer, AUDITOR, { text: 'carol' }, PAGE);
      expect(first.items).toEqual([]);
      expect(first.nextCursor).not.toBeNull();
      const second = await listAudit(
        writer,
        AUDITOR,
        { text: 'carol' },
        { cursor: first.nextCursor ?? '', limit: 100 },
      );
      expect(second.items.map(({ subject }) => subject)).toEqual(['staff:carol']);
      expect(second.nextCursor).toBeNull();
      const byIndex = await listAudit(writer, AUDITOR, { actor: 'stf_ben', text: 'carol' }, PAGE);
      expect(byIndex.items, 'an index leaves less to look through').toHaveLength(1);
    });

    it('refuses a cursor that is none of its own', async () => {
      const { writer } = await filled();
      for (const cursor of [
        'x',
        Buffer.from('["1","2"]').toString('base64url'),
        Buffer.from('["-"]').toString('base64url'),
      ]) {
        await expect(listAudit(writer, AUDITOR, {}, { cursor, limit: 1 })).rejects.toMatchObject({
          code: 'input.invalid',
        });
      }
    });
  });

  describe('who is no auditor, controller or admin', () => {
    it('sees their own acts and what happened to the business, and not who signed in or joined', async () => {
      const { find } = await filled();
      expect(await find({}, OPERATOR)).toEqual([6, 4, 2, 1]);
      expect(await find({ actor: 'stf_ben' }, OPERATOR)).toEqual([4, 2]);
      expect(await find({ text: 'carol' }, OPERATOR)).toEqual([]);
      for (const role of ['auditor', 'controller', 'admin'] as const) {
        expect(await find({}, { id: 'stf_x', roles: [role] }), role).toHaveLength(7);
      }
    });

    it('does not see from where others came, nor find it out by searching', async () => {
      const { writer, find } = await filled();
      const { items } = await listAudit(writer, OPERATOR, { subject: 'payout:one' }, PAGE);
      expect(items.map(({ actor, ip, host }) => [actor, ip, host])).toEqual([
        ['stf_ben', null, null],
        ['stf_operator', '192.0.2.7', 'server'],
      ]);
      expect(await find({ text: '192.0.2.7' }, OPERATOR)).toEqual([]);
    });
  });

  describe('the timeline of a record', () => {
    it('is oldest first, in pages, for any kind of record', async () => {
      const { writer } = await filled();
      const first = await auditTimeline(writer, AUDITOR, 'payout:one', { cursor: undefined, limit: 1 });
      expect(first.items.map(({ action }) => action)).toEqual(['payout.request']);
      const second = await auditTimeline(writer, AUDITOR, 'payout:one', { cursor: first.nextCursor ?? '', limit: 1 });
      expect(second.items.map(({ action }) => action)).toEqual(['payout.approve']);
      expect(second.nextCursor).toBeNull();
      expect((await auditTimeline(writer, AUDITOR, 'staff:carol', PAGE)).items).toHaveLength(1);
      expect((await auditTimeline(writer, OPERATOR, 'staff:carol', PAGE)).items).toEqual([]);
    });
  });
});
