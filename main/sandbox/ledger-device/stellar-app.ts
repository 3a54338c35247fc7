/** The Stellar app of the simulated device: takes requests, and says what to answer or whom to ask. */
import { createHash } from 'node:crypto';
import type { AppProfile } from './app-profiles.ts';
import { type DeviceKey, keyAt } from './keys.ts';
import type { Review } from './pages.ts';
import { NotUnderstood, readAuthorization, readTransaction } from './payload.ts';
import { checkDerivable, type Request, readPath } from './request.ts';
import { reviewAddress, reviewAuthorization, reviewHash, reviewMessage, reviewTransaction } from './review.ts';
import { answer, Refused, STATUS } from './status.ts';

/** Either an answer, or a question whose approval is the answer. */
export type Outcome =
  | { readonly kind: 'answer'; readonly bytes: Buffer }
  | { readonly kind: 'ask'; readonly review: Review; readonly approved: () => Buffer };

const CLASS = 0xe0;
const FOLLOWING = 0x80;
const MORE = 0x80;
const HASH_BYTES = 32;
const PATH_ELEMENTS = 3;
const MESSAGE_PREFIX = 'Stellar Signed Message:\n';

/** What comes in several chunks, and what is done with it once it is whole. */
type Collected = 'transaction' | 'authorization' | 'message';
const COLLECTING: Readonly<Record<number, Collected>> = { 4: 'transaction', 10: 'authorization', 12: 'message' };

interface Collecting {
  readonly what: Collected;
  readonly path: readonly number[];
  readonly bytes: Buffer;
}

export class StellarApp {
  readonly #seed: Uint8Array;
  readonly #profile: AppProfile;
  /** The switch in the app's settings; without meaning where there is none. */
  blindSigning = false;
  /** Kept after an answer too: a following chunk then goes on where the last one ended. */
  #collecting: Collecting | null = null;

  constructor(seed: Uint8Array, profile: AppProfile) {
    this.#seed = seed;
    this.#profile = profile;
  }

  handle(request: Request): Outcome {
    if (request.class !== CLASS) throw new Refused(STATUS.unknownClass);
    const { instruction, p1, p2, data } = request;
    switch (instruction) {
      case 2:
        expectParameters(p1 === 0 && p2 <= 1);
        return this.#publicKey(data, p2 === 1);
      case 4:
      case 10:
        return this.#chunk(request);
      case 6:
        expectParameters(p1 === 0 && p2 === 0);
        return { kind: 'answer', bytes: answer(STATUS.ok, this.#configuration()) };
      case 8:
        expectParameters(p1 === 0 && p2 === 0);
        return this.#signHash(data);
      case 12:
        if (this.#profile.signsMessages) return this.#chunk(request);
        throw new Refused(STATUS.unknownInstruction);
      default:
        throw new Refused(STATUS.unknownInstruction);
    }
  }

  get #mayBlindSign(): boolean {
    return !this.#profile.blindSigningSwitch || this.blindSigning;
  }

  #configuration(): Buffer {
    const { version, dataBytesMax } = this.#profile;
    const bytes = Buffer.from([this.#mayBlindSign ? 1 : 0, ...version, 0, 0]);
    bytes.writeUInt16BE(dataBytesMax, 4);
    return bytes;
  }

  #publicKey(data: Buffer, shown: boolean): Outcome {
    this.#collecting = null;
    const { path } = this.#path(data);
    const { publicKey } = this.#key(path);
    const approved = () => answer(STATUS.ok, publicKey);
    return shown ? { kind: 'ask', review: reviewAddress(publicKey), approved } : { kind: 'answer', bytes: approved() };
  }

  #signHash(data: Buffer): Outcome {
    this.#collecting = null;
    const { path, rest } = this.#path(data);
    if (rest.length !== HASH_BYTES) throw new Refused(STATUS.wrongLength);
    const key = this.#key(path);
    return this.#ask(reviewHash(rest), key, Buffer.from(rest));
  }

  #chunk({ instruction, p1, p2, data }: Request): Outcome {
    expectParameters((p1 === 0 || p1 === FOLLOWING) && (p2 === 0 || p2 === MORE));
    if (data.length === 0) throw new Refused(STATUS.wrongLength);
    const what = COLLECTING[instruction];
    if (what === undefined) throw new Refused(STATUS.unknownInstruction);
    this.#collecting = p1 === FOLLOWING ? this.#goOn(what, data) : this.#begin(what, data);
    if (p2 === MORE) return { kind: 'answer', bytes: answer(STATUS.ok) };
    return this.#whole(this.#collecting);
  }

  #begin(what: Collected, data: Buffer): Collecting {
    this.#collecting = null;
    const { path, rest } = this.#path(data);
    return { what, path, bytes: Buffer.from(rest) };
  }

  #goOn(what: Collected, data: Buffer): Collecting {
    const before = this.#collecting;
    if (before?.what !== what) throw new Refused(STATUS.badState);
    if (before.bytes.length + data.length > this.#profile.dataBytesMax) throw new Refused(STATUS.tooLarge);
    return { ...before, bytes: Buffer.concat([before.bytes, data]) };
  }

  #whole({ what, path, bytes }: Collecting): Outcome {
    const key = this.#key(path);
    const { operationsMax, readsToTheEnd, showsConditions, contractsAreBlind } = this.#profile;
    switch (what) {
      case 'transaction': {
        const showing = { signer: key.publicKey, conditions: showsConditions, contractsAreBlind };
        const review = understood(() =>
          reviewTransaction(readTransaction(bytes, { operationsMax, readsToTheEnd }), showing),
        );
        return this.#ask(review, key, sha256(bytes));
      }
      case 'authorization': {
        const review = understood(() => reviewAuthorization(readAuthorization(bytes)));
        return this.#ask({ ...review, blind: review.blind || contractsAreBlind }, key, sha256(bytes));
      }
      case 'message':
        return this.#ask(reviewMessage(bytes), key, sha256(Buffer.concat([Buffer.from(MESSAGE_PREFIX), bytes])));
    }
  }

  #ask(review: Review, key: DeviceKey, hash: Buffer): Outcome {
    if (review.blind && !this.#mayBlindSign) throw new Refused(STATUS.blindSigningOff);
    return { kind: 'ask', review, approved: () => answer(STATUS.ok, key.sign(hash)) };
  }

  #path(data: Buffer) {
    return readPath(data, this.#profile.pathOfThree ? PATH_ELEMENTS : null);
  }

  #key(path: readonly number[]): DeviceKey {
    checkDerivable(path);
    return keyAt(this.#seed, path);
  }
}

function expectParameters(right: boolean): void {
  if (!right) throw new Refused(STATUS.wrongParameters);
}

function understood(review: () => Review): Review {
  try {
    return review();
  } catch (error) {
    if (error instanceof NotUnderstood) throw new Refused(STATUS.notUnderstood);
    throw error;
  }
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
