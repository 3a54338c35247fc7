/** Who plays the demo: a founder, two approvers and, where a device signs, a signer; each with a passphrase and a key of their own. */
import { randomInt } from 'node:crypto';
import type { EngineClient } from '../../engine/host.ts';
import { withAuthenticator } from '../../signing/authenticator.ts';
import {
  addPerson,
  newCredentials,
  newKdfParameters,
  type SignedInDesk,
  signInWith,
} from '../../signing/personal-desk.ts';
import type { Phase } from './phases.ts';

export interface Person {
  readonly name: string;
  readonly part: string;
  readonly passphrase: string;
}

export interface Cast {
  readonly founder: SignedInDesk;
  readonly approvers: readonly SignedInDesk[];
  /** Nobody where nothing is signed on a device. */
  readonly signer: SignedInDesk | null;
  readonly people: readonly Person[];
  /** Null on a shared database, which has none. */
  readonly recoveryCode: string | null;
}

const FOUNDER = { name: 'Mara Lindqvist', part: 'founder, every role' };
const APPROVERS = [
  { name: 'Tomás Okafor', part: 'approver' },
  { name: 'Yuki Brennan', part: 'approver' },
] as const;
const SIGNER = { name: 'Inés Haddad', part: 'signer' } as const;

export async function foundVault(client: EngineClient, hasSigner: boolean, phase: Phase): Promise<Cast> {
  const others = hasSigner ? [...APPROVERS, SIGNER] : APPROVERS;
  const people = [FOUNDER, ...others].map((person) => ({ ...person, passphrase: newPassphrase() }));
  const desks: SignedInDesk[] = [];
  let recoveryCode: string | null = null;
  for (const { name, part, passphrase } of people) {
    const [founder] = desks;
    const credentials = await newCredentials(passphrase, newKdfParameters(), founder?.founding);
    if (founder === undefined) {
      const founding = { name: 'Demo treasury', network: 'sandbox', founder: { name, credentials } } as const;
      recoveryCode = (await client.vault.create(founding)).recoveryCode;
    } else {
      await addPerson(client, founder, { name, roles: [part === SIGNER.part ? 'signer' : 'approver'], credentials });
    }
    const desk = await signInWith(client, name, passphrase);
    // Whoever approves shows a second factor, as everybody has to where money is real.
    desks.push(part !== 'approver' ? desk : await withAuthenticator(client, desk, passphrase));
    phase.reached(desks.length, people.length);
  }
  const [founder, ...rest] = desks;
  const approvers = rest.slice(0, APPROVERS.length);
  const signer = rest[APPROVERS.length] ?? null;
  if (founder === undefined) throw new Error('Nobody founded the vault');
  return { founder, approvers, signer, people, recoveryCode };
}

/** Those who have something left to do, at an engine that knows nobody yet. */
export async function signInAgain(client: EngineClient, cast: Cast): Promise<Cast> {
  const atDesk = async ({ me }: SignedInDesk): Promise<SignedInDesk> => {
    const person = cast.people.find(({ name }) => name === me.name);
    if (!person) throw new Error(`${me.name} is one of the cast`);
    return signInWith(client, person.name, person.passphrase);
  };
  const founder = await atDesk(cast.founder);
  return { ...cast, founder, approvers: [], signer: cast.signer && (await atDesk(cast.signer)) };
}

/** Without letters and digits that look alike, because people type it from the screen. */
const ALPHABET = 'abcdefghjkmnpqrstvwxyz23456789';

function newPassphrase(): string {
  const group = () => Array.from({ length: 4 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return Array.from({ length: 4 }, group).join('-');
}
