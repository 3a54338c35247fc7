/**
 * An authenticator app without a telephone: for whoever plays a person at a desk, as the demo does.
 * A person who works keeps it on another device than the one they sign with.
 */
import { fromBase32, stepAt, totpCode } from '../../core/access/totp.ts';
import { type DeskClient, type SignedInDesk, stretch } from './personal-desk.ts';

export interface Authenticator {
  /** The code of that moment, or of so many steps of thirty seconds later. */
  code(nowMs: number, stepsLater?: number): string;
}

/** Shown again so long before the engine would ask, because signing takes a moment. */
const AHEAD_MS = 30_000;

/** As when the QR code is scanned. */
export function scanned(uri: string): Authenticator {
  const secret = fromBase32(new URL(uri).searchParams.get('secret') ?? '');
  return { code: (nowMs, stepsLater = 0) => totpCode(secret, stepAt(nowMs) + stepsLater) };
}

/** Enrols an authenticator for this person; the desk that comes back shows it whenever it signs. */
export async function withAuthenticator(
  client: DeskClient,
  desk: SignedInDesk,
  passphrase: string,
): Promise<SignedInDesk> {
  const { context, me, sign } = desk;
  const { kdf } = await client.session.parameters({ name: me.name });
  const { signInProof } = await stretch(passphrase, kdf);
  const { uri } = await client.secondFactor.begin({ signInProof }, { context });
  const authenticator = scanned(uri);
  const show = (freshUntilMs: Promise<{ freshUntilMs: number }>) => freshUntilMs.then((shown) => shown.freshUntilMs);
  let fresh = show(client.secondFactor.confirm({ code: authenticator.code(Date.now()) }, { context }));
  await fresh;
  return {
    ...desk,
    async sign(text) {
      const mine = fresh;
      // Of many that sign at once, one shows it: a code counts once.
      if (Date.now() > (await mine) - AHEAD_MS && fresh === mine) {
        fresh = show(client.session.showSecondFactor({ code: authenticator.code(Date.now()) }, { context }));
      }
      await fresh;
      return sign(text);
    },
  };
}
