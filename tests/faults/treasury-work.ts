/**
 * A treasury's work from the founding of its vault to the settlement of its payouts, written so
 * that it can be begun again after it was cut short anywhere: whatever has been done already is
 * found to be done. Told at each point at which a process could die.
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { foundTreasury } from '../../core/access/founding.ts';
import { listStaff, type StaffRecord } from '../../core/access/staff.ts';
import { giveApproval, prepareApproval } from '../../core/approvals/approve.ts';
import type { Credentials } from '../../core/contract/index.ts';
import { timeOrderedIds, type VaultId } from '../../core/ids/ids.ts';
import { fundTreasury } from '../../core/ledger/funding.ts';
import { assetId } from '../../core/money/assets.ts';
import { createPayees } from '../../core/payees/bulk.ts';
import { confirmInSandbox } from '../../core/payees/confirm.ts';
import { getPayee, type PayeeRecord } from '../../core/payees/payees.ts';
import { drivePayouts } from '../../core/payouts/drive.ts';
import { requestPayout } from '../../core/payouts/request.ts';
import type { PayoutProvider } from '../../core/rails/provider.ts';
import { type Actor, perform, type Treasury, type Work } from '../../core/store/command.ts';
import type { Writer } from '../../core/store/tx.ts';
import { syncProvider } from '../../core/sync/settle.ts';
import { simulatedProvider } from '../../main/rails/simulated/provider.ts';
import { startSimulatedBank } from '../../main/sandbox/simulated-bank.ts';
import { openSecrets } from '../../main/store/secrets/open-secrets.ts';
import { createVault } from '../../main/store/vault/create.ts';
import { openVault } from '../../main/store/vault/open.ts';
import type { OpenVault } from '../../main/store/vault/opened-vault.ts';
import type { PersonSlot, Unlock } from '../../main/store/vault/slots.ts';
import { migrations } from '../../migrations/index.ts';
import { enrol, RECOVERY_KEY } from '../support/enrol.ts';

/** Called at each point; a process that is to die there does not return from it. */
export type At = (point: string) => void;

export const vaultFile = (folder: string) => path.join(folder, 'treasury.vault');
export const bankFile = (folder: string) => `${vaultFile(folder)}.simulated-bank`;

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const KDF = { algorithm: 'argon2id', salt: '07'.repeat(16), memoryKiB: 64, passes: 1, lanes: 1 } as const;
export const SLOT: PersonSlot = { kind: 'person', name: 'Ada', kdf: KDF, slotSecret: hashOf('slot of Ada') };
export const AS_ADA: Unlock = { kind: 'slot', name: SLOT.name, slotSecret: SLOT.slotSecret };

export const VAULT_ID = 'vlt_killed' as VaultId;
const USD = assetId('iso:USD');
const PAYOUTS = [
  { reference: 'paid', address: 'sim:carla', amountMinor: 20_000n },
  { reference: 'refused', address: 'sim:fail-dora', amountMinor: 30_000n },
  { reference: 'strange', address: 'sim:strange-emil', amountMinor: 5_000n },
];
const ROUNDS_MAX = 5;

export async function workThrough(folder: string, at: At): Promise<void> {
  const clock = { nowMs: () => Date.now() };
  const ids = timeOrderedIds(clock, randomBytes);
  let step = 'found the vault';
  const noted: At = (point) => at(`${step}: ${point}`);

  const vault = await openOrCreate(folder, noted, async (writer) => {
    const treasury = { writer, clock, ids, secrets: await openSecrets(writer, null) };
    const founded = await as(treasury, FOUNDER, 'vault.create', (work) =>
      foundTreasury(work, {
        vaultId: VAULT_ID,
        name: 'Killed treasury',
        network: 'sandbox',
        founder: { name: 'Ada', credentials: keyPairOf('Ada').credentials },
        recoveryKey: RECOVERY_KEY,
      }),
    );
    return founded.founder;
  });
  const bank = await startSimulatedBank({ file: bankFile(folder), nowMs: clock.nowMs });
  try {
    const treasury: Treasury = {
      writer: interrupted(vault.writer, noted),
      clock,
      ids,
      secrets: await openSecrets(vault.writer, null),
    };
    const provider = asking(simulatedProvider(bank.url, clock.nowMs), noted);
    const ada = await personCalled(treasury, 'Ada');

    step = 'add Ben';
    const ben = await personCalled(treasury, 'Ben', (work) =>
      enrol(work, keyPairOf('Ada').privateKey, {
        name: 'Ben',
        roles: ['approver'],
        credentials: keyPairOf('Ben').credentials,
      }),
    );

    step = 'fund';
    const funding = { assetId: USD, amountMinor: 1_000_000n, idempotencyKey: 'first' };
    await as(treasury, actorOf(ada), 'treasury.fund', (work) => fundTreasury(work, funding));

    step = 'add payees';
    const payees = await payeesIn(treasury, actorOf(ada));

    for (const [index, { reference, amountMinor }] of PAYOUTS.entries()) {
      step = `request ${reference}`;
      const payee = payees[index];
      const destination = payee?.destinations[0];
      if (!payee || !destination) throw new Error('Payees come in the order of their payouts');
      const request = { reference, payeeId: payee.id, destinationId: destination.id, assetId: USD, amountMinor };
      const payout = await as(treasury, actorOf(ada), 'payout.request', (work) =>
        requestPayout(work, { ...request, idempotencyKey: reference }),
      );

      step = `approve ${reference}`;
      if (payout.status === 'pending') await approve(treasury, ben, payout.id);
    }

    const job: Actor = { kind: 'job', id: 'job:pay', name: 'pay', roles: [] };
    step = 'pay';
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const { started, completed, failed, waiting } = await drivePayouts({ treasury, actor: job, provider });
      if (started + completed + failed + waiting === 0) break;
    }
    step = 'sync';
    await syncProvider(treasury, job, provider);
  } finally {
    await bank.close();
    await vault.close();
  }
}

async function openOrCreate(
  folder: string,
  at: At,
  found: (writer: Writer) => Promise<StaffRecord>,
): Promise<OpenVault> {
  const file = vaultFile(folder);
  const nowMs = Date.now();
  if (existsSync(file)) return openVault({ file, unlock: AS_ADA, migrations, nowMs });
  const created = await createVault({
    file,
    vaultId: VAULT_ID,
    founder: SLOT,
    migrations,
    nowMs,
    found: (writer) => found(interrupted(writer, at)),
  });
  return created.vault;
}

/** Around the real thing, just before a commit and just after it. */
export function interrupted(writer: Writer, at: At): Writer {
  return {
    ...writer,
    async transaction(work) {
      const result = await writer.transaction(async (tx) => {
        const done = await work(tx);
        at('before a commit');
        return done;
      });
      at('after a commit');
      return result;
    },
  };
}

/** Just before a question to the provider, and just after its answer. */
export function asking(provider: PayoutProvider, at: At): PayoutProvider {
  const around = async <T>(what: string, ask: () => Promise<T>): Promise<T> => {
    at(`before ${what}`);
    const answer = await ask();
    at(`after ${what}`);
    return answer;
  };
  return {
    ...provider,
    createPayout: (order) => around('createPayout', () => provider.createPayout(order)),
    lookup: (key) => around('lookup', () => provider.lookup(key)),
    listSince: (cursor) => around('listSince', () => provider.listSince(cursor)),
  };
}

export const FOUNDER: Actor = { kind: 'staff', id: 'founder', name: 'Ada', roles: [] };
export const actorOf = ({ id, name, roles }: StaffRecord): Actor => ({ kind: 'staff', id, name, roles });

export function as<T>(
  treasury: Treasury,
  actor: Actor,
  action: string,
  useCase: (work: Work) => Promise<T>,
): Promise<T> {
  const origin = { host: 'test', ip: null, userAgent: null, correlationId: 'test' };
  return perform(treasury, { action, actor, origin }, useCase);
}

/** Whoever has that name, or whoever is made when nobody has. */
async function personCalled(
  treasury: Treasury,
  name: string,
  make?: (work: Work) => Promise<StaffRecord>,
): Promise<StaffRecord> {
  const found = (await listStaff(treasury.writer)).find((person) => person.name === name);
  if (found) return found;
  if (make === undefined) throw new Error(`${name} is not on staff`);
  const ada = await personCalled(treasury, 'Ada');
  return as(treasury, actorOf(ada), 'staff.add', make);
}

async function payeesIn(treasury: Treasury, actor: Actor): Promise<readonly PayeeRecord[]> {
  const wanted = PAYOUTS.map(({ reference, address }) => ({
    reference,
    name: `Payee of ${reference}`,
    destination: { rail: 'simulated', address } as const,
  }));
  const { writer } = treasury;
  if ((await writer.db.selectFrom('payees').select('id').execute()).length === 0) {
    await as(treasury, actor, 'payee.create', async (work) => {
      const created = await createPayees(work, wanted);
      const destinations = created.flatMap((payee) => payee.destinations);
      await confirmInSandbox(
        work,
        destinations.map(({ id }) => id),
      );
    });
  }
  const rows = await writer.db.selectFrom('payees').select(['id', 'reference']).execute();
  const idOf = new Map(rows.map(({ id, reference }) => [reference, id]));
  return Promise.all(wanted.map(({ reference }) => getPayee(writer, idOf.get(reference) ?? '')));
}

export async function approve(treasury: Treasury, person: StaffRecord, id: string): Promise<void> {
  const { statement } = await prepareApproval(treasury.writer, person, id, Date.now());
  const signature = sign(null, Buffer.from(statement), keyPairOf(person.name).privateKey).toString('hex');
  await as(treasury, actorOf(person), 'payout.approve', (work) => giveApproval(work, { id, statement, signature }));
}

const ED25519_PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The same keys in every process: what one signed, another can go on with. */
export function keyPairOf(name: string): { readonly privateKey: KeyObject; readonly credentials: Credentials } {
  const der = Buffer.concat([ED25519_PKCS8_PREFIX, Buffer.from(hashOf(`key of ${name}`), 'hex')]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
  return {
    privateKey,
    credentials: {
      kdf: KDF,
      slotSecret: hashOf(`slot of ${name}`),
      signInProof: hashOf(`proof of ${name}`),
      publicKey,
      sealedPrivateKey: { nonce: '00'.repeat(12), sealed: '00'.repeat(64) },
    },
  };
}
