/** A vault that is ready for a flow: people, a payee, funds and one payout, always the same. */
import { createHash, sign } from 'node:crypto';
import path from 'node:path';
import { foundTreasury } from '../../core/access/founding.ts';
import { listStaff, type StaffRecord } from '../../core/access/staff.ts';
import { prepareAct } from '../../core/approvals/acts.ts';
import type { ActTerms } from '../../core/contract/acts.ts';
import { Refusal } from '../../core/errors/refusal.ts';
import { timeOrderedIds } from '../../core/ids/ids.ts';
import { fundTreasury } from '../../core/ledger/funding.ts';
import { assetId } from '../../core/money/assets.ts';
import { createPayee } from '../../core/payees/bulk.ts';
import { confirmInSandbox } from '../../core/payees/confirm.ts';
import { getPayee, type PayeeRecord } from '../../core/payees/payees.ts';
import { openAttemptsOf } from '../../core/payouts/attempts.ts';
import { drivePayouts } from '../../core/payouts/drive.ts';
import { type PayoutRecord, payoutFromRow } from '../../core/payouts/repository.ts';
import { requestPayout } from '../../core/payouts/request.ts';
import { signActOfTwo } from '../../core/payouts/resolve.ts';
import type { PayoutProvider } from '../../core/rails/provider.ts';
import type { Actor, Treasury, Work } from '../../core/store/command.ts';
import { syncProvider } from '../../core/sync/settle.ts';
import { openSecrets } from '../../main/store/secrets/open-secrets.ts';
import { createVault } from '../../main/store/vault/create.ts';
import { openVault } from '../../main/store/vault/open.ts';
import type { OpenVault } from '../../main/store/vault/opened-vault.ts';
import { migrations } from '../../migrations/index.ts';
import { enrol, RECOVERY_KEY } from '../support/enrol.ts';
import { fileRail, type RailManner } from './file-rail.ts';
import {
  AS_ADA,
  type At,
  actorOf,
  approve,
  as,
  asking,
  FOUNDER,
  interrupted,
  keyPairOf,
  SLOT,
  VAULT_ID,
  vaultFile,
} from './treasury-work.ts';

export const USD = assetId('iso:USD');
/** The same in every process: what one wrote, another finds as old as it is. */
const BEGAN_MS = Date.now();
const JOB: Actor = { kind: 'job', id: 'job:flow', name: 'flow', roles: [] };

export interface Stage {
  readonly treasury: Treasury;
  readonly payee: PayeeRecord;
  readonly rail: PayoutProvider;
  readonly vault: OpenVault;
  /** By its idempotency key. */
  payout(key: string): Promise<PayoutRecord>;
  /** Ada asked for it; it is called `base`. */
  base(): Promise<PayoutRecord>;
  /** Does it as a person; a refusal with one of these codes says that it has been done already. */
  as<T>(name: string, useCase: (work: Work) => Promise<T>, ...doneCodes: string[]): Promise<T | null>;
  approve(name: string, key?: string): Promise<void>;
  /** Both Ben and Carol sign, whoever of them has not yet. */
  signByTwo(terms: ActTerms): Promise<void>;
  drive(): Promise<void>;
  sync(): Promise<void>;
}

export const railOf = (folder: string, manner: RailManner, at: At = () => undefined) =>
  asking(fileRail(folder, manner), at);

/** Founds it; the folder can be copied afterwards. */
export async function buildStage(folder: string): Promise<void> {
  const clock = { nowMs: () => BEGAN_MS };
  const { vault } = await createVault({
    file: vaultFile(folder),
    vaultId: VAULT_ID,
    founder: SLOT,
    migrations,
    nowMs: BEGAN_MS,
    found: async (writer) =>
      as(
        { writer, clock, ids: idsFor('founding'), secrets: await openSecrets(writer, null) },
        FOUNDER,
        'vault.create',
        (work) =>
          foundTreasury(work, {
            vaultId: VAULT_ID,
            name: 'Killed treasury',
            network: 'sandbox',
            founder: { name: 'Ada', credentials: keyPairOf('Ada').credentials },
            recoveryKey: RECOVERY_KEY,
          }),
      ),
  });
  const treasury: Treasury = {
    writer: vault.writer,
    clock,
    ids: idsFor('stage'),
    secrets: await openSecrets(vault.writer, null),
  };
  const [ada] = await listStaff(treasury.writer);
  if (!ada) throw new Error('Ada founded the vault');
  for (const name of ['Ben', 'Carol']) {
    const { credentials } = keyPairOf(name);
    await as(treasury, actorOf(ada), 'staff.add', (work) =>
      enrol(work, keyPairOf('Ada').privateKey, { name, roles: ['approver', 'controller'], credentials }),
    );
  }
  await as(treasury, actorOf(ada), 'stage', async (work) => {
    await fundTreasury(work, { assetId: USD, amountMinor: 1_000_000n, idempotencyKey: 'first' });
    const destination = { rail: 'simulated', address: 'sim:dora' } as const;
    const { id, destinations } = await createPayee(work, { reference: 'dora', name: 'Dora', destination });
    const destinationId = destinations[0]?.id ?? '';
    await confirmInSandbox(work, [destinationId]);
    const request = { payeeId: id, destinationId, assetId: USD, amountMinor: 12_345n };
    await requestPayout(work, { ...request, reference: 'base', idempotencyKey: 'base' });
  });
  await vault.close();
}

function idsFor(seed: string) {
  let count = 0;
  const random = (bytes: number) => {
    count += 1;
    return createHash('sha512').update(`${seed} ${process.pid} ${count}`).digest().subarray(0, bytes);
  };
  return timeOrderedIds({ nowMs: () => BEGAN_MS }, random);
}

/** Opens it for a flow, which is told at each point at which it could be killed. */
export async function onStage(
  folder: string,
  manner: RailManner,
  at: At,
  act: (stage: Stage) => Promise<void>,
): Promise<void> {
  const vault = await openVault({ file: vaultFile(folder), unlock: AS_ADA, migrations, nowMs: BEGAN_MS });
  try {
    const { writer } = vault;
    const treasury: Treasury = {
      writer: interrupted(writer, at),
      clock: { nowMs: () => Date.now() },
      ids: idsFor(path.basename(folder)),
      secrets: await openSecrets(writer, null),
    };
    const staff = new Map((await listStaff(writer)).map((person) => [person.name, person]));
    const person = (name: string): StaffRecord => {
      const found = staff.get(name);
      if (!found) throw new Error(`${name} is not on staff`);
      return found;
    };
    const row = await writer.db
      .selectFrom('payees')
      .select('id')
      .where('reference', '=', 'dora')
      .executeTakeFirstOrThrow();
    const rail = railOf(folder, manner, at);
    const payout = async (key: string) =>
      payoutFromRow(
        await writer.db.selectFrom('payouts').selectAll().where('idempotency_key', '=', key).executeTakeFirstOrThrow(),
      );
    const base = () => payout('base');
    const unlessDone = async <T>(act: () => Promise<T>, doneCodes: readonly string[]): Promise<T | null> => {
      try {
        return await act();
      } catch (error) {
        if (error instanceof Refusal && doneCodes.includes(error.code)) return null;
        throw error;
      }
    };
    await act({
      treasury,
      payee: await getPayee(writer, row.id),
      rail,
      vault,
      payout,
      base,
      as: (name, useCase, ...doneCodes) =>
        unlessDone(() => as(treasury, actorOf(person(name)), 'flow', useCase), doneCodes),
      async approve(name, key = 'base') {
        const { id } = await payout(key);
        await unlessDone(() => approve(treasury, person(name), id), ['payout.not_approvable']);
      },
      async signByTwo(terms) {
        for (const name of ['Ben', 'Carol']) {
          const { statement } = await prepareAct(writer, person(name), terms, Date.now());
          const signature = sign(null, Buffer.from(statement), keyPairOf(name).privateKey).toString('hex');
          const unknown = new Set<string>();
          for (const { key } of await openAttemptsOf(writer, (await base()).id)) {
            if ((await rail.lookup(key)) === null) unknown.add(key);
          }
          await unlessDone(
            () =>
              as(treasury, actorOf(person(name)), 'act.sign', (work) =>
                signActOfTwo(work, { statement, signature }, unknown),
              ),
            ['act.already_signed', 'act.stale', 'payout.stale', 'freeze.unknown', 'fence.not_up'],
          );
        }
      },
      async drive() {
        await drivePayouts({ treasury, actor: JOB, provider: rail });
      },
      async sync() {
        await syncProvider(treasury, JOB, rail);
      },
    });
  } finally {
    await vault.close();
  }
}
