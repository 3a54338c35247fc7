/**
 * Holds what is open: none or one vault, and who is signed in. Everything that opens, founds or
 * closes a vault goes through here, one at a time.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { signInRefused } from '../../core/access/errors.ts';
import { type Founded, foundTreasury } from '../../core/access/founding.ts';
import { nameKey } from '../../core/access/names.ts';
import { SESSIONS_ENDED, sessionEpoch, sessionEpochs } from '../../core/access/sign-ins.ts';
import { checkSignIn, kdfOf, listStaff, type SignedIn } from '../../core/access/staff.ts';
import { recoverySheet } from '../../core/canonical/recovery-sheet.ts';
import type { Credentials, KdfParameters, VaultStatus } from '../../core/contract/index.ts';
import { Refusal } from '../../core/errors/refusal.ts';
import { type Clock, type Ids, timeOrderedIds, type VaultId } from '../../core/ids/ids.ts';
import { type Origin, perform } from '../../core/store/command.ts';
import type { Writer } from '../../core/store/tx.ts';
import { migrate } from '../store/migrate.ts';
import { openPostgres } from '../store/postgres/store.ts';
import { openSecrets, type SecretsKeyFile } from '../store/secrets/open-secrets.ts';
import { shippedMigrations as migrations } from '../store/shipped-migrations.ts';
import { createVault } from '../store/vault/create.ts';
import { vaultRow } from '../store/vault/generation.ts';
import { slotParameters } from '../store/vault/keys-file.ts';
import { openVault } from '../store/vault/open.ts';
import { newRecoveryCode } from '../store/vault/recovery-code.ts';
import type { Unlock } from '../store/vault/slots.ts';
import { countingFailures, recordFailedUnlocks } from './failed-unlocks.ts';
import type { EngineOptions } from './host.ts';
import { type OpenStore, OpenTreasury } from './open-treasury.ts';
import { recordFence } from './record-fence.ts';
import type { ServiceTokenSettings } from './service-token.ts';
import { isIdle, type SavedSessions, SECOND_FACTOR_FRESH_MS, Sessions } from './sessions.ts';
import { SignInBrake } from './sign-in-brake.ts';

/** What the next engine needs to go on where a dead one stopped. Kept in memory only. */
export interface ResumeCapsule {
  readonly file: string | null;
  readonly dataKey: Uint8Array | null;
  readonly sessions: SavedSessions;
}

export interface KeeperSurroundings {
  readonly restarts: number;
  readonly threadUrl: URL;
  readonly onResumable: (capsule: ResumeCapsule | null) => void;
}

export interface NewVault {
  readonly file?: string | undefined;
  readonly name: string;
  readonly network: 'sandbox' | 'live';
  readonly founder: { readonly name: string; readonly credentials: Credentials };
}

export interface SignInInput {
  readonly file?: string | undefined;
  readonly name: string;
  readonly slotSecret: string;
  readonly signInProof: string;
}

/** How long a stream may outlive a session that lies idle. */
const WATCH_MS = 15_000;
const MACHINE_CLOCK: Clock = { nowMs: () => Date.now() };
const VAULT_ENDING = '.vault';
type Database = Extract<EngineOptions['target'], { kind: 'postgres' }>;

const FILE_NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,79}$/u;

export class Keeper {
  /** The open vault's own, which never runs back; the machine's while none is open. */
  readonly clock: Clock = { nowMs: () => (this.#open?.clock ?? MACHINE_CLOCK).nowMs() };
  readonly ids: Ids = timeOrderedIds(this.clock, randomBytes);
  readonly brake = new SignInBrake();
  sessions = new Sessions();
  readonly #options: EngineOptions;
  readonly #surroundings: KeeperSurroundings;
  #open: OpenTreasury | null = null;
  #identity: { name: string; network: 'sandbox' | 'live' } | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #closing = false;
  #watch: NodeJS.Timeout | undefined;

  constructor(options: EngineOptions, surroundings: KeeperSurroundings) {
    this.#options = options;
    this.#surroundings = surroundings;
  }

  /** Opens what can be opened without a person. */
  async start(resume: ResumeCapsule | null): Promise<void> {
    const { target, machineKeyFile } = this.#options;
    if (target.kind === 'folder') mkdirSync(target.folder, { recursive: true, mode: 0o700 });
    if (target.kind === 'postgres') await this.#openPostgres(target);
    else if (resume?.file && resume.dataKey) {
      await this.#openFile(resume.file, { kind: 'resume', dataKey: resume.dataKey });
    } else if (machineKeyFile !== undefined && target.kind === 'file') {
      await this.#openFile(target.file, { kind: 'machine', keyFile: machineKeyFile });
    }
    if (resume) this.sessions = new Sessions(resume.sessions);
    this.#watch = setInterval(() => this.#watchSessions(), WATCH_MS);
    this.#watch.unref();
    this.#saveResumable();
  }

  async close(): Promise<void> {
    this.#closing = true;
    clearInterval(this.#watch);
    await this.#alone(async () => {
      await this.#open?.close();
      this.#open = null;
    });
  }

  current(): OpenTreasury | null {
    return this.#open;
  }

  /** Whether real money is at stake. Null where no vault is open. */
  network(): 'sandbox' | 'live' | null {
    return this.#identity?.network ?? null;
  }

  get serviceTokens(): ServiceTokenSettings | undefined {
    return this.#options.serviceTokens;
  }

  require(): OpenTreasury {
    if (this.#closing) throw new Refusal('engine.stopping');
    if (!this.#open) throw new Refusal('vault.locked');
    return this.#open;
  }

  health() {
    const { version } = this.#options;
    return {
      status: this.#closing ? ('stopping' as const) : ('ok' as const),
      version,
      engineRestarts: this.#surroundings.restarts,
    };
  }

  async status(): Promise<VaultStatus> {
    const { target } = this.#options;
    const kind = target.kind === 'postgres' ? ('postgres' as const) : ('sqlite' as const);
    const known = this.#knownFiles();
    const open = this.#open;
    if (!open || !this.#identity) {
      const exists = known.length > 0;
      const file = target.kind === 'file' && exists ? basename(target.file) : null;
      return { state: exists ? 'locked' : 'none', kind, file, name: null, network: null, fenced: false, known };
    }
    const row = await vaultRow(open.treasury.writer);
    const file = open.store.kind === 'sqlite' ? basename(open.store.vault.file) : null;
    return { state: 'open', kind, file, ...this.#identity, fenced: row?.fence != null, known };
  }

  /** How this name's passphrase is stretched; an unknown name gets an answer too. */
  async kdfFor(file: string | undefined, name: string): Promise<KdfParameters> {
    const open = this.#open;
    if (!open) return slotParameters(this.#pathOf(file), name);
    const { writer } = open.treasury;
    const known = await kdfOf(writer, name);
    if (known) return known;
    if (open.store.kind === 'sqlite') return slotParameters(open.store.vault.file, name);
    return decoy(writer, name);
  }

  async create(
    input: NewVault,
    origin: Origin,
  ): Promise<{ vaultId: string; staffId: string; recoveryCode: string; foundingFingerprint: string }> {
    return this.#alone(async () => {
      if (this.#open) throw new Refusal('vault.open');
      const vaultId = this.ids.next('vault');
      return this.#options.target.kind === 'postgres'
        ? this.#createOnPostgres(this.#options.target, vaultId, input, origin)
        : this.#createFile(this.#newPath(input), vaultId, input, origin);
    });
  }

  /** Opens the vault if it is locked, then checks who it is. */
  async signIn(input: SignInInput, origin: Origin): Promise<{ token: string; signedIn: SignedIn }> {
    return this.#alone(async () => {
      const { name, slotSecret, signInProof } = input;
      const wasOpen = this.#open !== null;
      if (!wasOpen) await this.#openFile(this.#pathOf(input.file), { kind: 'slot', name, slotSecret });
      else this.#refuseOther(input.file);
      const open = this.require();
      const signedIn = await checkSignIn(open.treasury.writer, name, signInProof);
      if (!signedIn) {
        if (!wasOpen && !(await this.#passphraseChangeWasCutShort(open, name))) await this.#closeOpen();
        throw signInRefused();
      }
      open.ensureSlot(name, { kdf: signedIn.kdf, slotSecret });
      const staffId = signedIn.staff.id;
      const epoch = await sessionEpoch(open.treasury.writer, staffId);
      const token = this.sessions.open({ staffId, epoch, origin, nowMs: this.clock.nowMs() });
      this.#saveResumable();
      return { token, signedIn };
    });
  }

  endSession(token: string | undefined): void {
    this.sessions.end(token);
    this.#saveResumable();
  }

  endSessionNamed(id: string): void {
    this.sessions.endWhere((session) => session.id === id);
    this.#saveResumable();
  }

  /** Gives until when it need not be shown again. */
  secondFactorShown(token: string | undefined): number {
    const nowMs = this.clock.nowMs();
    this.sessions.secondFactorShown(token, nowMs);
    this.#saveResumable();
    return nowMs + SECOND_FACTOR_FRESH_MS;
  }

  /** Ends the sessions that lie idle, and those of an epoch that is over. The vault stays open. */
  async endStaleSessions(): Promise<void> {
    const open = this.#open;
    const nowMs = this.clock.nowMs();
    let ended = this.sessions.endWhere((session) => isIdle(session, nowMs));
    if (open) {
      const staffIds = new Set(this.sessions.list(nowMs).map(({ staffId }) => staffId));
      const epochs = await sessionEpochs(open.treasury.writer, [...staffIds]);
      ended += this.sessions.endWhere(({ staffId, epoch }) => epoch < (epochs.get(staffId) ?? epoch));
    }
    if (ended > 0) this.#saveResumable();
  }

  /** Opens a locked vault with what the recovery sheet gives; nobody is signed in by it. */
  async openWithSheet({ file, slotSecret }: { file?: string | undefined; slotSecret: string }): Promise<OpenTreasury> {
    return this.#alone(async () => {
      if (this.#open) this.#refuseOther(file);
      else await this.#openFile(this.#pathOf(file), { kind: 'sheet', slotSecret });
      return this.require();
    });
  }

  /** After governance acts were done: whoever they let in can open the vault, whoever they put out cannot. */
  async settleSlots(): Promise<void> {
    await this.require().settleSlots();
    await this.endStaleSessions();
  }

  async changeSlot(name: string, credentials: Credentials, record: () => Promise<void>): Promise<void> {
    await record();
    this.require().ensureSlot(name, credentials);
  }

  async lock(): Promise<void> {
    await this.#alone(() => this.#closeOpen());
  }

  async #closeOpen(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    this.#identity = null;
    this.sessions.endWhere(() => true);
    this.#saveResumable();
    await open?.close();
    // A shared database is not encrypted by us: locking signs everybody out and opens it again.
    const { target } = this.#options;
    if (target.kind === 'postgres') await this.#openPostgres(target);
  }

  /**
   * The slot opened, but the record of this name has other parameters: the new passphrase was
   * recorded and the slot not yet replaced. The vault stays open so that the new one is accepted.
   */
  async #passphraseChangeWasCutShort(open: OpenTreasury, name: string): Promise<boolean> {
    if (open.store.kind !== 'sqlite') return false;
    const recorded = await kdfOf(open.treasury.writer, name);
    return recorded !== null && recorded.salt !== slotParameters(open.store.vault.file, name).salt;
  }

  async #createFile(file: string, vaultId: VaultId, input: NewVault, origin: Origin) {
    const { name, credentials } = input.founder;
    const created = await createVault({
      file,
      vaultId,
      founder: { kind: 'person', name, kdf: credentials.kdf, slotSecret: credentials.slotSecret },
      migrations,
      nowMs: this.clock.nowMs(),
      found: (writer, recoveryCode) => this.#found(writer, null, vaultId, recoveryCode, input, origin),
      fingerprint: (founded) => founded.fingerprint,
    });
    await this.#begin({ kind: 'sqlite', vault: created.vault });
    const { founder, fingerprint } = created.founded;
    return { vaultId, staffId: founder.id, recoveryCode: created.recoveryCode, foundingFingerprint: fingerprint };
  }

  async #createOnPostgres({ url, secretsKey }: Database, vaultId: VaultId, input: NewVault, origin: Origin) {
    const store = openPostgres({ url });
    try {
      if ((await listStaff(store)).length > 0) throw new Refusal('vault.exists');
      const recoveryCode = newRecoveryCode();
      const { founder, fingerprint } = await this.#found(store, secretsKey, vaultId, recoveryCode, input, origin);
      await this.#begin({ kind: 'postgres', url, secretsKey, writer: store, close: () => store.close() });
      return { vaultId, staffId: founder.id, recoveryCode, foundingFingerprint: fingerprint };
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  async #found(
    writer: Writer,
    secretsKey: SecretsKeyFile | null,
    vaultId: VaultId,
    recoveryCode: string,
    { name, network, founder }: NewVault,
    origin: Origin,
  ): Promise<Founded> {
    const sheet = await recoverySheet(recoveryCode);
    if (!sheet) throw new Error('A recovery code was made that is none');
    const recoveryKey = sheet.publicKey;
    const secrets = await openSecrets(writer, secretsKey);
    const actor = { kind: 'staff', id: 'founder', name: founder.name, roles: [] } as const;
    return perform(
      { writer, clock: this.clock, ids: this.ids, secrets },
      { action: 'vault.create', actor, origin },
      (work) => foundTreasury(work, { vaultId, name, network, founder, recoveryKey }),
    );
  }

  async #openFile(file: string, unlock: Unlock): Promise<void> {
    const nowMs = this.clock.nowMs();
    const vault = await countingFailures(file, unlock, nowMs, () => openVault({ file, unlock, migrations, nowMs }));
    await this.#begin({ kind: 'sqlite', vault });
    await recordFailedUnlocks(this.require());
    const { fence, fencedNow } = vault.opening;
    if (fencedNow) await recordFence(this.require().treasury, fence?.reason ?? '');
  }

  /** Brings the schema up; opens the treasury when there is one. */
  async #openPostgres({ url, secretsKey }: Database): Promise<void> {
    const store = openPostgres({ url });
    await migrate(store, migrations, {
      nowMs: this.clock.nowMs(),
      beforeChangingRecords: async () => {
        throw new Refusal(
          'vault.unsupported',
          {},
          'The database has an older schema. Take a backup, then run `countersign vault migrate`.',
        );
      },
    });
    if ((await vaultRow(store)) === null) {
      await store.close();
      return;
    }
    await this.#begin({ kind: 'postgres', url, secretsKey, writer: store, close: () => store.close() });
  }

  async #begin(store: OpenStore): Promise<void> {
    const writer = store.kind === 'sqlite' ? store.vault.writer : store.writer;
    const row = await vaultRow(writer);
    if (!row) throw new Error('A vault was opened that has no record of itself');
    this.#open = await OpenTreasury.begin(
      store,
      { vaultId: row.id, name: row.name, network: row.network, fenced: row.fence !== null },
      {
        clock: MACHINE_CLOCK,
        ids: this.ids,
        threadUrl: this.#surroundings.threadUrl,
        backgroundJobs: this.#options.backgroundJobs,
      },
    );
    this.#identity = { name: row.name, network: row.network };
    this.#open.changes.listen((events) => {
      if (events.some(({ name }) => name === SESSIONS_ENDED)) this.#watchSessions();
    });
    this.#saveResumable();
  }

  /** A session that could not be looked at now is looked at by its next call, or in a while. */
  #watchSessions(): void {
    this.endStaleSessions().catch((error: unknown) =>
      process.emitWarning(`Sessions were not looked at: ${error instanceof Error ? error.message : String(error)}`),
    );
  }

  #saveResumable(): void {
    const store = this.#open?.store;
    const capsule: ResumeCapsule = {
      file: store?.kind === 'sqlite' ? store.vault.file : null,
      dataKey: store?.kind === 'sqlite' ? store.vault.dataKey() : null,
      sessions: this.sessions.save(),
    };
    this.#surroundings.onResumable(this.#open ? capsule : null);
  }

  #knownFiles(): string[] {
    const { target } = this.#options;
    switch (target.kind) {
      case 'folder':
        return readdirSync(target.folder)
          .filter((name) => name.endsWith(VAULT_ENDING))
          .sort();
      case 'file':
        return existsSync(target.file) ? [basename(target.file)] : [];
      case 'postgres':
        return this.#open ? ['database'] : [];
    }
  }

  #refuseOther(file: string | undefined): void {
    const { store } = this.require();
    if (file !== undefined && store.kind === 'sqlite' && basename(store.vault.file) !== file)
      throw new Refusal('vault.open');
  }

  #pathOf(file: string | undefined): string {
    const { target } = this.#options;
    if (target.kind === 'file') return target.file;
    if (target.kind === 'postgres') throw new Refusal('vault.missing');
    const name = file ?? this.#knownFiles()[0];
    if (name === undefined || !FILE_NAME.test(name)) throw new Refusal('vault.missing');
    return join(target.folder, name);
  }

  #newPath({ file, name }: NewVault): string {
    const { target } = this.#options;
    if (target.kind === 'file') {
      mkdirSync(dirname(target.file), { recursive: true, mode: 0o700 });
      return target.file;
    }
    if (target.kind === 'postgres') throw new Error('A database has no file');
    const stem =
      file ??
      name
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .trim()
        .slice(0, 60);
    const withEnding = stem.endsWith(VAULT_ENDING) ? stem : `${stem || 'treasury'}${VAULT_ENDING}`;
    return join(target.folder, withEnding);
  }

  /** One after another: two windows do not open or found at once. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work, work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}

/** Parameters for a name nobody has: always the same, and not to be told from a real one's. */
async function decoy(writer: Writer, name: string): Promise<KdfParameters> {
  const [first] = await writer.db
    .selectFrom('staff')
    .select(['kdf', 'sign_in_verifier'])
    .orderBy('created_at_ms')
    .limit(1)
    .execute();
  const cost = first ? (JSON.parse(first.kdf) as KdfParameters) : null;
  const salt = createHmac('sha256', first?.sign_in_verifier ?? 'nobody')
    .update(nameKey(name))
    .digest('hex')
    .slice(0, 32);
  return {
    algorithm: 'argon2id',
    memoryKiB: cost?.memoryKiB ?? 65_536,
    passes: cost?.passes ?? 3,
    lanes: cost?.lanes ?? 1,
    salt,
  };
}
