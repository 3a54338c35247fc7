/** What the program and the device's own process say to each other. Both sides check what they hear. */
import { z } from 'zod';

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

/** Where the device is. */
export const deviceAddress = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('usb') }),
  z.object({ kind: z.literal('emulator'), url: z.url({ protocol: /^http$/ }) }),
]);

/** Every element hardened: Ed25519 knows no other, and the library would harden them without a word. */
export const derivationPath = z.string().regex(/^\d{1,10}'(?:\/\d{1,10}'){0,9}$/);

const question = z.discriminatedUnion('about', [
  z.object({ about: z.literal('app') }),
  z.object({ about: z.literal('key'), path: derivationPath, shown: z.boolean() }),
  z.object({
    about: z.literal('signature'),
    of: z.enum(['transaction', 'authorization', 'hash']),
    path: derivationPath,
    bytes,
  }),
]);

export const toDevice = z.object({ id: z.int(), device: deviceAddress, question });

/** Why there is no answer, before anybody has put it in words. */
const trouble = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('status'), statusWord: z.int().min(0).max(0xffff) }),
  z.object({ kind: z.literal('unreachable'), detail: z.string() }),
  z.object({ kind: z.literal('forbidden'), detail: z.string() }),
  z.object({ kind: z.literal('in_use'), detail: z.string() }),
  z.object({ kind: z.literal('fault'), detail: z.string() }),
]);

const runningApp = z.object({
  name: z.string(),
  version: z.string(),
  /** Null while another app is open: only the Stellar app knows. */
  stellar: z.object({ blindSigning: z.boolean(), dataBytesMax: z.int().nullable() }).nullable(),
});

const reply = z.discriminatedUnion('about', [
  z.object({ about: z.literal('app'), app: runningApp }),
  z.object({ about: z.literal('key'), publicKey: bytes }),
  z.object({ about: z.literal('signature'), signature: bytes }),
]);

export const fromDevice = z.union([z.object({ id: z.int(), reply }), z.object({ id: z.int(), trouble })]);

export type DeviceAddress = z.infer<typeof deviceAddress>;
export type Question = z.infer<typeof question>;
export type Trouble = z.infer<typeof trouble>;
export type Reply = z.infer<typeof reply>;
export type RunningApp = z.infer<typeof runningApp>;
export type ReplyTo<Q extends Question> = Extract<Reply, { about: Q['about'] }>;
export type FromDevice = z.infer<typeof fromDevice>;
export type ToDevice = z.infer<typeof toDevice>;
