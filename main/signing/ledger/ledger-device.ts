/**
 * Signing on a Ledger. Nothing is sent to it that its app could not take, nothing it gives back is
 * believed before it verifies, and whatever is wrong with it has a name.
 */
import type {
  BlindSigning,
  DeviceAccount,
  DeviceStatus,
  Signer,
  TransactionToSign,
} from '../../../core/rails/signer.ts';
import type { DeviceChannel } from './device-channel.ts';
import {
  badSignature,
  blindSigningOff,
  blindSigningRefused,
  deviceBusy,
  otherKey,
  pathRefused,
  tooLarge,
  wrongApp,
} from './errors.ts';
import { derivationPath, type Question } from './messages.ts';
import { sha256, verifies } from './signature.ts';

/** Whether the app shows what it signs, found out from the bytes. */
export type NeedsBlindSigning = (signatureBase: Uint8Array, appVersion: string) => boolean;

/** Told of each answer, and of what stood in its way; for whoever watches over the device. */
export type OnAnswer = (error: unknown) => void;

/** Apps that do not say how much they take are older than any that takes more. */
const DATA_BYTES_BEFORE_TOLD = 1_024;
const HASH_BYTES = 32;

/** What it does now. */
interface AtWork {
  /** A review, which lasts as long as a person reads; whatever else is asked ends by itself. */
  readonly forPerson: boolean;
  readonly ended: Promise<void>;
}

type Signed = Extract<Question, { about: 'signature' }>['of'];

export class LedgerDevice implements Signer {
  readonly #channel: DeviceChannel;
  readonly #needsBlindSigning: NeedsBlindSigning;
  readonly #onAnswer: OnAnswer;
  #atWork: AtWork | null = null;
  /** Somebody asks how it is. */
  #asked: Promise<DeviceStatus> | null = null;

  constructor(channel: DeviceChannel, needsBlindSigning: NeedsBlindSigning, onAnswer: OnAnswer = () => undefined) {
    this.#channel = channel;
    this.#needsBlindSigning = needsBlindSigning;
    this.#onAnswer = onAnswer;
  }

  /** Asked by several at once, it answers them all with one answer. */
  status(): Promise<DeviceStatus> {
    this.#asked ??= this.#alone(false, () => this.#status()).finally(() => {
      this.#asked = null;
    });
    return this.#asked;
  }

  /** The keys at these paths, nothing shown: to choose from, not to trust. */
  discoverAccounts(paths: readonly string[]): Promise<readonly DeviceAccount[]> {
    return this.#alone(false, async () => {
      await this.#status();
      const accounts: DeviceAccount[] = [];
      for (const path of paths) accounts.push({ path, publicKeyHex: toHex(await this.#key(path, false)) });
      return accounts;
    });
  }

  /** The address on the device's own screen, which the person compares and approves there. */
  verifyAddress(account: DeviceAccount): Promise<void> {
    return this.#alone(true, async () => {
      await this.#status();
      await this.#expectKey(account);
      expectSame(account, await this.#key(account.path, true));
    });
  }

  signTransaction({ account, signatureBase }: TransactionToSign, blindSigning: BlindSigning): Promise<Uint8Array> {
    return this.#sign('transaction', account, signatureBase, blindSigning, (version) =>
      this.#needsBlindSigning(signatureBase, version),
    );
  }

  /** The preimage of an authorization to act for the account inside a contract call. */
  signAuthorization(account: DeviceAccount, preimage: Uint8Array, blindSigning: BlindSigning): Promise<Uint8Array> {
    return this.#sign('authorization', account, preimage, blindSigning, () => true);
  }

  /** A bare hash: the device can show nothing of what it stands for. */
  signHash(account: DeviceAccount, hash: Uint8Array, blindSigning: BlindSigning): Promise<Uint8Array> {
    if (hash.length !== HASH_BYTES) throw new Error(`A hash of ${hash.length} bytes is none`);
    return this.#sign('hash', account, hash, blindSigning, () => true);
  }

  /** Nothing is taken any more for what was asked; what its screen shows of it is left to the person. */
  stop(): void {
    this.#channel.stop();
  }

  close(): void {
    this.#channel.close();
  }

  #sign(
    of: Signed,
    account: DeviceAccount,
    bytes: Uint8Array,
    blindSigning: BlindSigning,
    needsBlindSigning: (appVersion: string) => boolean,
  ): Promise<Uint8Array> {
    return this.#alone(true, async () => {
      const status = await this.#status();
      if (needsBlindSigning(status.version)) {
        if (blindSigning === 'refused') throw blindSigningRefused();
        if (!status.blindSigning) throw blindSigningOff();
      }
      if (bytes.length > status.dataBytesMax) throw tooLarge(bytes.length, status.dataBytesMax);
      // Before anybody reads a long review for a key that was not asked for.
      await this.#expectKey(account);
      const { signature } = await this.#channel.ask({ about: 'signature', of, path: account.path, bytes });
      const message = of === 'hash' ? bytes : sha256(bytes);
      if (!verifies(signature, message, Buffer.from(account.publicKeyHex, 'hex'))) throw badSignature();
      return signature;
    });
  }

  /**
   * While a person reads a review, a second window is told so at once: a queue would show them another
   * that nobody is looking at. What ends by itself is waited for, and nobody is turned away for it.
   */
  async #alone<T>(forPerson: boolean, work: () => Promise<T>): Promise<T> {
    while (this.#atWork !== null) {
      if (this.#atWork.forPerson) throw deviceBusy();
      await this.#atWork.ended;
    }
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    this.#atWork = { forPerson, ended };
    try {
      const answer = await work();
      this.#onAnswer(null);
      return answer;
    } catch (error) {
      this.#onAnswer(error);
      throw error;
    } finally {
      this.#atWork = null;
      end();
    }
  }

  async #status(): Promise<DeviceStatus> {
    const { app } = await this.#channel.ask({ about: 'app' });
    if (app.stellar === null) throw wrongApp(app.name);
    const { blindSigning, dataBytesMax } = app.stellar;
    return {
      app: 'Stellar',
      version: app.version,
      blindSigning,
      dataBytesMax: dataBytesMax ?? DATA_BYTES_BEFORE_TOLD,
    };
  }

  async #expectKey(account: DeviceAccount): Promise<void> {
    expectSame(account, await this.#key(account.path, false));
  }

  async #key(path: string, shown: boolean): Promise<Uint8Array> {
    if (!derivationPath.safeParse(path).success) throw pathRefused(path);
    const { publicKey } = await this.#channel.ask({ about: 'key', path, shown });
    return publicKey;
  }
}

function expectSame(account: DeviceAccount, publicKey: Uint8Array): void {
  if (toHex(publicKey) !== account.publicKeyHex) {
    throw otherKey({ path: account.path, expected: account.publicKeyHex, found: toHex(publicKey) });
  }
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
