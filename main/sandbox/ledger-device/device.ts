/**
 * A Ledger that is none: the Stellar app with real keys and signatures, two buttons and a screen.
 * It can be locked, asleep, unplugged or in another app, as a real one can.
 */
import { EventEmitter } from 'node:events';
import { appProfile, type DeviceModel } from './app-profiles.ts';
import { seedOf } from './keys.ts';
import { type Page, reviewPages, warningPages } from './pages.ts';
import { readRequest } from './request.ts';
import { answer, Refused, STATUS } from './status.ts';
import { type Outcome, StellarApp } from './stellar-app.ts';

export interface DeviceOptions {
  /** The words its keys come from. */
  readonly seed: string;
  /** Version of the Stellar app on it. */
  readonly app: string;
  readonly model?: DeviceModel;
  /** Of the versions that have the switch. */
  readonly blindSigning?: boolean;
}

export type Button = 'left' | 'right' | 'both';

interface Question {
  readonly outcome: Extract<Outcome, { kind: 'ask' }>;
  pages: readonly Page[];
  at: number;
  readonly decide: (bytes: Buffer) => void;
  readonly fail: (error: Error) => void;
}

interface DeviceEvents {
  /** The lines that are on the screen from now on. */
  page: [lines: readonly string[]];
  unplugged: [];
}

/** The cable is out: whoever asked gets no answer, not even a refusal. */
export class Unplugged extends Error {
  override readonly name = 'Unplugged';
}

const OS_CLASS = 0xb0;
const NAME_AND_VERSION = 1;
const DASHBOARD = { name: 'BOLOS', version: '1.3.1' };
const OTHER_APP_VERSION = '2.4.1';
const FORMAT = 1;
const FLAGS = 0;

export class SimulatedDevice extends EventEmitter<DeviceEvents> {
  readonly #options: DeviceOptions;
  readonly #seed: Buffer;
  #stellar: StellarApp;
  /** The app that is open; null on the dashboard. */
  #app: string | null = 'Stellar';
  #locked = false;
  #asleep = false;
  #plugged = true;
  #blindSigning: boolean;
  #question: Question | null = null;
  /** One request after the other, however many ask. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: DeviceOptions) {
    super();
    this.#options = options;
    this.#seed = seedOf(options.seed);
    this.#blindSigning = options.blindSigning ?? false;
    this.#stellar = this.#openedApp();
  }

  get plugged(): boolean {
    return this.#plugged;
  }

  get locked(): boolean {
    return this.#locked;
  }

  /** The page of a review that is up; null when nothing is asked, or nothing can be seen. */
  get reviewing(): Page | null {
    if (!this.#plugged || this.#asleep || this.#locked) return null;
    return this.#question?.pages[this.#question.at] ?? null;
  }

  get screen(): readonly string[] {
    if (!this.#plugged || this.#asleep) return [];
    if (this.#locked) return ['Enter PIN'];
    if (this.reviewing !== null) return this.reviewing.lines;
    return this.#app === null ? ['Stellar', 'Open app'] : [this.#app, 'app is ready'];
  }

  /**
   * Answers a request; a review answers only when the person has decided. What nobody waits for any
   * more when its turn comes is not begun.
   */
  exchange(request: Buffer, waitedFor?: AbortSignal): Promise<Buffer> {
    const answered = this.#turn.then(() => this.#answerTo(request, waitedFor));
    this.#turn = answered.catch(() => undefined);
    return answered;
  }

  press(button: Button): void {
    if (!this.#plugged) return;
    if (this.#asleep) this.wake();
    else if (this.#locked) {
      if (button === 'both') this.unlock();
    } else if (this.#question !== null) this.#step(this.#question, button);
    else if (button === 'both') this.open(this.#app === null ? 'Stellar' : null);
  }

  lock(): void {
    this.#locked = true;
    this.#show();
  }

  unlock(): void {
    this.#locked = false;
    this.#show();
  }

  /** It answers nothing more until a button is pressed. */
  sleep(): void {
    this.#asleep = true;
    this.#show();
  }

  wake(): void {
    this.#asleep = false;
    this.#show();
  }

  /** Leaving an app forgets what it was doing. */
  open(app: string | null): void {
    this.#app = app;
    this.#stellar = this.#openedApp();
    this.#drop(new Refused(STATUS.rejected));
    this.#show();
  }

  switchBlindSigning(on: boolean): void {
    this.#blindSigning = on;
    this.#stellar.blindSigning = on;
  }

  unplug(): void {
    this.#plugged = false;
    this.emit('unplugged');
    this.#drop(new Unplugged('The cable is out'));
    this.#stellar = this.#openedApp();
  }

  plugIn(): void {
    this.#plugged = true;
    this.#show();
  }

  #openedApp(): StellarApp {
    const { app, model } = this.#options;
    const opened = new StellarApp(this.#seed, appProfile(app, model ?? 'nano-s-plus'));
    opened.blindSigning = this.#blindSigning;
    return opened;
  }

  async #answerTo(bytes: Buffer, waitedFor: AbortSignal | undefined): Promise<Buffer> {
    await this.#awake();
    if (waitedFor?.aborted === true) throw new Unplugged('Whoever asked is gone');
    try {
      return await this.#handle(bytes);
    } catch (error) {
      if (error instanceof Refused) return answer(error.status);
      throw error;
    }
  }

  async #awake(): Promise<void> {
    while (this.#asleep && this.#plugged) await this.#nextChange();
    if (!this.#plugged) throw new Unplugged('The cable is out');
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      const changed = () => {
        this.off('page', changed);
        this.off('unplugged', changed);
        resolve();
      };
      this.on('page', changed);
      this.on('unplugged', changed);
    });
  }

  async #handle(bytes: Buffer): Promise<Buffer> {
    if (this.#locked) throw new Refused(STATUS.locked);
    const request = readRequest(bytes);
    if (request.class === OS_CLASS && request.instruction === NAME_AND_VERSION) return this.#nameAndVersion();
    if (this.#app !== 'Stellar') throw new Refused(STATUS.unknownClass);
    const outcome = this.#stellar.handle(request);
    return outcome.kind === 'answer' ? outcome.bytes : this.#ask(outcome);
  }

  #nameAndVersion(): Buffer {
    const running =
      this.#app === null
        ? DASHBOARD
        : { name: this.#app, version: this.#app === 'Stellar' ? this.#options.app : OTHER_APP_VERSION };
    const texts = [running.name, running.version].map((text) => Buffer.from(text, 'latin1'));
    const withLengths = texts.flatMap((text) => [Buffer.from([text.length]), text]);
    return answer(STATUS.ok, Buffer.concat([Buffer.from([FORMAT]), ...withLengths, Buffer.from([1, FLAGS])]));
  }

  #ask(outcome: Question['outcome']): Promise<Buffer> {
    return new Promise((decide, fail) => {
      const pages = outcome.review.blind ? warningPages() : reviewPages(outcome.review);
      this.#question = { outcome, pages, at: 0, decide, fail };
      this.#show();
    });
  }

  #step(question: Question, button: Button): void {
    if (button === 'both') {
      this.#decideOn(question, question.pages[question.at]?.both ?? 'nothing');
      return;
    }
    const at = question.at + (button === 'right' ? 1 : -1);
    if (at < 0 || at >= question.pages.length) return;
    question.at = at;
    this.#show();
  }

  #decideOn(question: Question, act: Page['both']): void {
    switch (act) {
      case 'nothing':
        return;
      case 'accept':
        question.pages = reviewPages(question.outcome.review);
        question.at = 0;
        break;
      case 'approve':
        this.#question = null;
        question.decide(question.outcome.approved());
        break;
      case 'reject':
        this.#question = null;
        question.decide(answer(STATUS.rejected));
        break;
    }
    this.#show();
  }

  #drop(reason: Error): void {
    const question = this.#question;
    this.#question = null;
    question?.fail(reason);
  }

  #show(): void {
    this.emit('page', this.screen);
  }
}
