/** The program's side of the device's process: starts it when it is needed, and again when it hung. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { deviceAsleep, deviceProcessEnded, deviceStopped, deviceTimedOut, refusalOf } from './errors.ts';
import { type DeviceAddress, fromDevice, type Question, type ReplyTo, type ToDevice } from './messages.ts';

/** Another process, however this host starts one. */
export interface DeviceProcess {
  send(message: ToDevice): void;
  /** Ends it now, whatever it is stuck in. */
  kill(): void;
}

export interface ProcessEvents {
  readonly onMessage: (message: unknown) => void;
  readonly onEnd: () => void;
}

export type StartProcess = (events: ProcessEvents) => DeviceProcess;

/** How long an answer may take: one the device gives by itself, and one a person has to give. */
export interface Patience {
  readonly quickMs: number;
  /** On top for the first question, while its process starts; nothing unless said. */
  readonly startMs?: number;
  readonly reviewMs: number;
}

/** A review of a hundred payments is read page by page. */
export const PATIENCE: Patience = { quickMs: 5_000, startMs: 5_000, reviewMs: 20 * 60_000 };

export function forkedProcess({ onMessage, onEnd }: ProcessEvents): DeviceProcess {
  const child = fork(fileURLToPath(new URL('./device-process.ts', import.meta.url)), [], {
    // Bytes stay bytes.
    serialization: 'advanced',
    execArgv: [],
    // Secrets that the program was given by environment are none of a driver's business.
    env: { PATH: process.env.PATH, SystemRoot: process.env.SystemRoot },
    // A driver's chatter is no output of ours.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  child.on('message', onMessage);
  child.once('exit', onEnd);
  child.once('error', onEnd);
  return {
    send: (message) => {
      child.send(message, (error) => {
        if (error !== null) onEnd();
      });
    },
    kill: () => child.kill('SIGKILL'),
  };
}

interface Waiting {
  readonly id: number;
  readonly take: (message: unknown) => void;
  readonly end: (because: Error) => void;
}

export class DeviceChannel {
  readonly #start: StartProcess;
  readonly #device: DeviceAddress;
  readonly #patience: Patience;
  #process: DeviceProcess | null = null;
  #waiting: Waiting | null = null;
  #lastId = 0;

  constructor(device: DeviceAddress, start: StartProcess = forkedProcess, patience: Patience = PATIENCE) {
    this.#device = device;
    this.#start = start;
    this.#patience = patience;
  }

  /** One question at a time: the caller sees to that. */
  ask<Q extends Question>(question: Q): Promise<ReplyTo<Q>> {
    this.#lastId += 1;
    const id = this.#lastId;
    const startsMs = this.#process === null ? (this.#patience.startMs ?? 0) : 0;
    const asksPerson = question.about === 'signature' || (question.about === 'key' && question.shown);
    return new Promise<ReplyTo<Q>>((resolve, reject) => {
      const done = (settle: () => void) => {
        clearTimeout(timer);
        if (this.#waiting?.id === id) this.#waiting = null;
        settle();
      };
      const timer = setTimeout(
        () => {
          done(() => reject(asksPerson ? deviceTimedOut() : deviceAsleep()));
          // What hangs is not waited for; the next question starts another one.
          this.#endProcess();
        },
        startsMs + (asksPerson ? this.#patience.reviewMs : this.#patience.quickMs),
      );
      this.#waiting = {
        id,
        take: (message) =>
          done(() => {
            const heard = fromDevice.safeParse(message);
            if (!heard.success) reject(deviceProcessEnded());
            else if ('trouble' in heard.data) reject(refusalOf(heard.data.trouble));
            else if (heard.data.id !== id || heard.data.reply.about !== question.about) reject(deviceProcessEnded());
            else resolve(heard.data.reply as ReplyTo<Q>);
          }),
        end: (because) => done(() => reject(because)),
      };
      this.#running().send({ id, device: this.#device, question });
    });
  }

  /** Whoever waits is told that nothing came of it. */
  close(): void {
    this.#giveUp(deviceProcessEnded);
  }

  /** The same, because a person wanted it so; the next question starts another process. */
  stop(): void {
    this.#giveUp(deviceStopped);
  }

  #giveUp(because: () => Error): void {
    const waiting = this.#waiting;
    this.#endProcess();
    waiting?.end(because());
  }

  #running(): DeviceProcess {
    if (this.#process !== null) return this.#process;
    const started = this.#start({
      onMessage: (message) => this.#waiting?.take(message),
      onEnd: () => {
        // The one that was given up before does not concern the one that runs now.
        if (this.#process !== started) return;
        this.#process = null;
        this.#waiting?.end(deviceProcessEnded());
      },
    });
    this.#process = started;
    return started;
  }

  #endProcess(): void {
    const ended = this.#process;
    this.#process = null;
    ended?.kill();
  }
}
