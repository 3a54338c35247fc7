/** Signing for a change of access, policy or settings at this desk, with the person's own key. */
import type { Credentials, Role } from '../../core/contract/index.ts';
import { client } from './client.ts';
import { signAsMe } from './identity.ts';

/** `done` is false while it waits for a second admin. */
export interface Governed {
  readonly done: boolean;
}

export interface Newcomer {
  readonly name: string;
  readonly roles: Role[];
  readonly credentials: Credentials;
}

/** Proposes a person and signs for them first; they can sign in once enough admins have signed. */
export async function addPerson(newcomer: Newcomer): Promise<Governed> {
  const { statement } = await client.staff.propose(newcomer);
  return client.acts.sign({ statement, signature: await signAsMe(statement) });
}
