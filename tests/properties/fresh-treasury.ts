/**
 * Treasuries to play in, new and all alike: founded once for each database and copied from there.
 * The people, their keys, the payees and the policy are the same in each.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Ids } from '../../core/ids/ids.ts';
import type { PayeeRecord } from '../../core/payees/payees.ts';
import type { Treasury, Work } from '../../core/store/command.ts';
import { perform } from '../../core/store/command.ts';
import type { Dialect, Reader, Writer } from '../../core/store/tx.ts';
import type { WriteStore } from '../../main/store/kysely-store.ts';
import { migrate } from '../../main/store/migrate.ts';
import { openPostgres } from '../../main/store/postgres/store.ts';
import { openDatabase } from '../../main/store/sqlite/database.ts';
import { sqliteWriteStore } from '../../main/store/sqlite/store.ts';
import { migrations } from '../../migrations/index.ts';
import { anyNeeds, putInForce } from '../support/policy.ts';
import { createDatabase } from '../support/postgres.ts';
import { scratchFolder } from '../support/scratch.ts';
import { testSecrets } from '../support/secrets.ts';
import { SimulatedTime } from '../support/simulated-time.ts';
import { EUR, type Person, seededIds, TEST_START_MS, testTreasury, USD } from '../support/treasury.ts';
import { TWO_APPROVALS_FROM } from './model/payouts.ts';
import { preparedReader } from './prepared-reader.ts';

export interface Cast {
  readonly people: readonly Person[];
  readonly payees: readonly PayeeRecord[];
}

export interface FreshTreasury extends Cast {
  readonly treasury: Treasury;
  readonly writer: WriteStore;
  readonly clock: SimulatedTime;
  /** Reads what was committed, on a connection of its own where there can be one. */
  readonly observer: Reader;
  readonly ids: Ids;
  as<T>(person: number, action: string, useCase: (work: Work) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface Nursery {
  readonly dialect: Dialect;
  /** The same seed gives the same ids. */
  open(seed: string): Promise<FreshTreasury>;
  close(): Promise<void>;
}

const DATA_KEY = createHash('sha256').update('a simulation').digest();
const DAY_MS = 24 * 60 * 60 * 1000;

export async function sqliteNursery(): Promise<Nursery> {
  const folder = mkdtempSync(join(scratchFolder(), 'countersign-simulation-'));
  const template = join(folder, 'template.vault');
  const openFile = (file: string, mode: 'create' | 'write') =>
    sqliteWriteStore(openDatabase({ file, dataKey: DATA_KEY, mode }));
  const first = openFile(template, 'create');
  const cast = await found(first);
  await first.close();
  let opened = 0;
  return {
    dialect: 'sqlite',
    async open(seed) {
      opened += 1;
      const file = join(folder, `${opened}.vault`);
      copyFileSync(template, file);
      const writer = openFile(file, 'write');
      const close = async () => {
        await writer.close();
        rmSync(file);
      };
      return fresh(cast, { writer, observer: writer, close }, seed);
    },
    close: async () => rmSync(folder, { recursive: true }),
  };
}

export async function postgresNursery(serverUrl: string, connectionsMax = 4): Promise<Nursery> {
  const template = await createDatabase(serverUrl);
  const first = openPostgres({ url: template.url });
  const cast = await found(first);
  await first.close();
  return {
    dialect: 'postgres',
    async open(seed) {
      const database = await createDatabase(serverUrl, template.url);
      const writer = openPostgres({ url: database.url, connectionsMax });
      const observer = await preparedReader(database.url, writer);
      const close = async () => {
        await observer.close();
        await writer.close();
        await database.drop();
      };
      return fresh(cast, { writer, observer, close }, seed);
    },
    close: () => template.drop(),
  };
}

async function found(writer: Writer): Promise<Cast> {
  await migrate(writer, migrations, {
    nowMs: TEST_START_MS,
    beforeChangingRecords: async () => {
      throw new Error('A new store holds no records yet');
    },
  });
  const t = await testTreasury(writer, { seed: 'cast' });
  const people = [t.ada];
  for (const name of ['Ben', 'Carol', 'Dan'])
    people.push(await t.addPerson(name, ['operator', 'approver', 'controller']));
  const payees = [];
  for (const name of ['Emil', 'Fay', 'Gus']) payees.push(await t.addPayee(name));
  const large = [USD, EUR].map((assetId) => ({ assetId, fromMinor: TWO_APPROVALS_FROM.toString() }));
  const steps = [{ approvals: 2, roles: ['approver' as const] }];
  await putInForce(t, [{ id: 'large', name: 'Large ones', when: { amounts: large }, ask: { steps } }, anyNeeds(1)]);
  return { people, payees };
}

interface Opened {
  readonly writer: WriteStore;
  readonly observer: Reader;
  close(): Promise<void>;
}

function fresh(cast: Cast, { writer, observer, close }: Opened, seed: string): FreshTreasury {
  const clock = new SimulatedTime(TEST_START_MS + DAY_MS);
  const ids = seededIds(clock, seed);
  const treasury: Treasury = { writer, clock, ids, secrets: testSecrets() };
  return {
    ...cast,
    treasury,
    writer,
    observer,
    clock,
    ids,
    close,
    as(person, action, useCase) {
      const who = cast.people[person];
      if (!who) throw new Error(`There is no person ${person}`);
      const origin = { host: 'simulation', ip: null, userAgent: null, correlationId: seed };
      return perform(treasury, { action, actor: who.actor, origin }, useCase);
    },
  };
}
