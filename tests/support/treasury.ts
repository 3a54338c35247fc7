/** A small treasury to test with: people with real keys, a clock that is told the time, seeded ids. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { foundTreasury } from '../../core/access/founding.ts';
import { proposePerson } from '../../core/access/propose.ts';
import { activeStaff, type StaffRecord } from '../../core/access/staff.ts';
import type { SignedAct } from '../../core/approvals/act-records.ts';
import { giveApproval, prepareApproval } from '../../core/approvals/approve.ts';
import type { GovernanceTerms } from '../../core/contract/governance.ts';
import type { Credentials, Role } from '../../core/contract/index.ts';
import { type Clock, type Ids, timeOrderedIds } from '../../core/ids/ids.ts';
import { type Position, treasuryPosition } from '../../core/ledger/balances.ts';
import { fundTreasury } from '../../core/ledger/funding.ts';
import { type AssetId, assetId } from '../../core/money/assets.ts';
import { createPayee } from '../../core/payees/bulk.ts';
import { confirmInSandbox } from '../../core/payees/confirm.ts';
import { getPayee, type PayeeRecord } from '../../core/payees/payees.ts';
import type { PayoutRecord } from '../../core/payouts/repository.ts';
import { type PayoutRequest, requestPayout } from '../../core/payouts/request.ts';
import { type Actor, perform, type Treasury, type Work } from '../../core/store/command.ts';
import { steadyClock } from '../../core/store/steady-clock.ts';
import type { Reader, Writer } from '../../core/store/tx.ts';
import { govern, RECOVERY_KEY } from './enrol.ts';
import { testSecrets } from './secrets.ts';

export const USD = assetId('iso:USD');
export const EUR = assetId('iso:EUR');

export interface TestClock extends Clock {
  advance(ms: number): void;
}

export function clockAt(startMs: number): TestClock {
  let now = startMs;
  return {
    nowMs: () => now,
    advance(ms) {
      now += ms;
    },
  };
}

/** The same seed gives the same ids. */
export function seededIds(clock: Clock, seed: string): Ids {
  let counter = 0;
  return timeOrderedIds(clock, (count) => {
    counter += 1;
    return createHash('sha512').update(`${seed}:${counter}`).digest().subarray(0, count);
  });
}

export interface Person {
  readonly staff: StaffRecord;
  readonly actor: Actor;
  readonly privateKey: KeyObject;
  readonly credentials: Credentials;
}

/** Credentials as a desk would make them, without the cost of stretching a passphrase. */
export function testCredentials(): { credentials: Credentials; privateKey: KeyObject } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
  return {
    privateKey,
    credentials: {
      kdf: { algorithm: 'argon2id', salt: raw.slice(0, 32), memoryKiB: 64, passes: 1, lanes: 1 },
      slotSecret: createHash('sha256').update(`slot ${raw}`).digest('hex'),
      signInProof: createHash('sha256').update(`proof ${raw}`).digest('hex'),
      publicKey: raw,
      sealedPrivateKey: { nonce: '00'.repeat(12), sealed: '00'.repeat(64) },
    },
  };
}

export interface TestTreasury {
  readonly treasury: Treasury;
  readonly clock: TestClock;
  readonly ada: Person;
  as<T>(who: Actor, useCase: (work: Work) => Promise<T>, action?: string): Promise<T>;
  /** Ada signs for them, and then as many of the other admins as are needed. */
  addPerson(name: string, roles: readonly Role[], groups?: readonly string[]): Promise<Person>;
  /** One that can be paid at once: its destination is confirmed. */
  addPayee(name: string, address?: string): Promise<PayeeRecord>;
  fund(amountMinor: bigint, asset?: AssetId): Promise<void>;
  request(who: Person, payee: PayeeRecord, overrides?: Partial<PayoutRequest>): Promise<PayoutRecord>;
  approve(who: Person, payoutId: string): Promise<PayoutRecord>;
  /** Signed by Ada, or by another admin. */
  govern(terms: GovernanceTerms, who?: Person): Promise<SignedAct>;
  sign(who: Person, text: string): string;
}

export const TEST_START_MS = Date.UTC(2026, 0, 5, 9);

export async function testTreasury(
  writer: Writer,
  options: Partial<Pick<Treasury, 'onCommitted' | 'callWays'>> & {
    seed?: string;
    clock?: TestClock;
    network?: 'sandbox' | 'live';
  } = {},
): Promise<TestTreasury> {
  const clock = options.clock ?? clockAt(TEST_START_MS);
  const ids = seededIds(clock, options.seed ?? 'test');
  const treasury: Treasury = {
    writer,
    clock: steadyClock(clock),
    ids,
    secrets: testSecrets(),
    ...(options.onCommitted ? { onCommitted: options.onCommitted } : {}),
    ...(options.callWays ? { callWays: options.callWays } : {}),
  };
  let counter = 0;

  const as: TestTreasury['as'] = (actor, useCase, action = 'test') =>
    perform(
      treasury,
      { action, actor, origin: { host: 'test', ip: null, userAgent: null, correlationId: 'test' } },
      useCase,
    );

  const founder = testCredentials();
  const { founder: staff } = await as({ kind: 'staff', id: 'founder', name: 'founder', roles: [] }, (work) =>
    foundTreasury(work, {
      vaultId: ids.next('vault'),
      name: 'Test treasury',
      network: options.network ?? 'sandbox',
      founder: { name: 'Ada', credentials: founder.credentials },
      recoveryKey: RECOVERY_KEY,
    }),
  );
  const ada = personOf(staff, founder);
  const admins: Person[] = [ada];

  return {
    treasury,
    clock,
    ada,
    as,
    async addPerson(name, roles, groups = []) {
      const keys = testCredentials();
      const { credentials } = keys;
      const newcomer = { name, roles, groups, credentials };
      const { staffId, terms } = await as(ada.actor, (work) => proposePerson(work, newcomer));
      for (const admin of admins) {
        const { complete } = await as(admin.actor, (work) => govern(work, admin.privateKey, terms), 'act.sign');
        if (complete) break;
      }
      const person = personOf(await activeStaff(writer, staffId), keys);
      if (roles.includes('admin')) admins.push(person);
      return person;
    },
    addPayee(name, address = `sim:${name.toLowerCase().replaceAll(/[^a-z0-9]/g, '-')}`) {
      counter += 1;
      const reference = `P-${counter}`;
      return as(ada.actor, async (work) => {
        const { id, destinations } = await createPayee(work, {
          reference,
          name,
          destination: { rail: 'simulated', address },
        });
        await confirmInSandbox(
          work,
          destinations.map((destination) => destination.id),
        );
        return getPayee(work.tx, id);
      });
    },
    fund(amountMinor, asset = USD) {
      counter += 1;
      return as(ada.actor, (work) =>
        fundTreasury(work, { assetId: asset, amountMinor, idempotencyKey: `fund-${counter}` }),
      );
    },
    request(who, payee, overrides = {}) {
      counter += 1;
      const destination = payee.destinations[0];
      if (!destination) throw new Error('The payee has no destination');
      const request: PayoutRequest = {
        reference: `R-${counter}`,
        payeeId: payee.id,
        destinationId: destination.id,
        assetId: USD,
        amountMinor: 12_345n,
        idempotencyKey: `request-${counter}`,
        ...overrides,
      };
      return as(who.actor, (work) => requestPayout(work, request), 'payout.request');
    },
    async approve(who, payoutId) {
      const { statement } = await prepareApproval(writer, who.staff, payoutId, clock.nowMs());
      const signature = sign(null, Buffer.from(statement), who.privateKey).toString('hex');
      return as(who.actor, (work) => giveApproval(work, { id: payoutId, statement, signature }), 'payout.approve');
    },
    govern(terms, who = ada) {
      return as(who.actor, (work) => govern(work, who.privateKey, terms), 'act.sign');
    },
    sign: (who, text) => sign(null, Buffer.from(text), who.privateKey).toString('hex'),
  };
}

/** Where the treasury stands in dollars. */
export async function usdPosition(reader: Reader): Promise<Position> {
  const position = (await treasuryPosition(reader)).find(({ assetId: id }) => id === USD);
  if (!position) throw new Error('The treasury has no dollars');
  return position;
}

function personOf(staff: StaffRecord, keys: Pick<Person, 'privateKey' | 'credentials'>): Person {
  return { staff, ...keys, actor: { kind: 'staff', id: staff.id, name: staff.name, roles: staff.roles } };
}
