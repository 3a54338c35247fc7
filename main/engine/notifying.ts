/** What the machine says about telling: its environment, and whom a sandbox may reach. */
import { readFileSync } from 'node:fs';
import { getCACertificates } from 'node:tls';
import type { Environment } from '../../core/mail/settings.ts';
import type { Notifying } from './jobs/notification-jobs.ts';

/** Certificates of a company's own servers, for mail and webhooks alike, trusted besides the usual ones. */
const CA_FILE = 'COUNTERSIGN_CA_FILE';
/** `yes` lets webhooks go to this machine and its network, and unencrypted: whoever runs the server says so. */
const PRIVATE_WEBHOOKS = 'COUNTERSIGN_PRIVATE_WEBHOOKS';

export function notifyingFor(environment: Environment, { sandbox }: { readonly sandbox: boolean }): Notifying {
  const file = environment[CA_FILE];
  const trust = file ? { ca: [...getCACertificates('default'), readFileSync(file, 'utf8')] } : {};
  return {
    mail: { environment, trust },
    webhooks: { privateAllowed: sandbox || environment[PRIVATE_WEBHOOKS] === 'yes', ...trust },
  };
}
