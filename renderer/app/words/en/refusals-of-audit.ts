import type { Said } from './refusals.ts';

/** What keeps the audit log and the vault's secrets from being used. */
export const ofAudit: Readonly<Record<string, Said>> = {
  'audit.unknown_entry': {
    what: 'The audit log does not go that far.',
    safe: 'Nothing was written.',
    next: 'Begin with an earlier entry.',
  },
  'audit.empty': { what: 'The audit log has no entries yet.', safe: 'Nothing was written.' },
  'vault.no_signing_key': {
    what: 'The vault has no key of its own yet.',
    safe: 'The log itself is whole; only checkpoints wait for the key.',
    next: 'Close the vault and open it again: it is given its key then.',
  },
  'vault.secrets_key_missing': {
    what: 'The key file of the vault’s secrets is not where the server looks for it.',
    safe: 'Nothing is lost. What needs a secret waits; everything else goes on.',
    next: 'Put the file back from its backup and start the server again.',
  },
  'vault.secrets_key_wrong': {
    what: 'The key of the vault’s secrets does not fit, or a secret was changed.',
    safe: 'The secret was not used.',
    next: 'Look whether the server has this database’s own key file, readable by its owner only. If it has, somebody changed the record: freeze the vault and verify it.',
  },
};
