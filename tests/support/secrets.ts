/** A box of secrets for treasuries that no vault file or server stands behind. */
import { secretBox } from '../../main/store/secrets/secret-box.ts';

export const testSecrets = () => secretBox(Buffer.alloc(32, 7));
