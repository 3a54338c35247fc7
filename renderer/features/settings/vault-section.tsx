import { hasAnyRole, useMe } from '../../app/access.ts';
import { words } from '../../app/words/words.ts';
import { FullAddress } from '../../ui/address.tsx';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts, Section } from '../../ui/facts.tsx';
import { ErrorNote, GoodNote, Working } from '../../ui/states.tsx';
import { Moment } from '../../ui/time.tsx';
import { useBackup, useCloseVault, useVaultFacts, useVerifyVault } from './use-settings.ts';

const { vault: say } = words.settings;

function AboutVault() {
  const { status, health } = useVaultFacts();
  const vault = status.data;
  return (
    <Facts>
      <Fact name={say.name}>{vault?.name}</Fact>
      {vault?.file ? <Fact name={say.file}>{vault.file}</Fact> : null}
      {vault?.kind ? <Fact name={say.kind}>{say.kinds[vault.kind]}</Fact> : null}
      {vault?.network ? <Fact name={say.network}>{words.create.networks[vault.network]}</Fact> : null}
      <Fact name={say.version}>{health.data?.version}</Fact>
      <Fact name={say.restarts}>{health.data?.engineRestarts}</Fact>
    </Facts>
  );
}

function Backup() {
  const backup = useBackup();
  return (
    <Section title={say.backup}>
      <p className="text-soft">{say.backupLead}</p>
      {backup.isSuccess ? (
        <GoodNote>
          <p className="mb-1 font-medium text-green">{say.backupDone}</p>
          <Facts>
            <Fact name={say.backupFile}>{backup.data.file}</Fact>
            <Fact name={say.backupSize}>{words.settings.vault.bytes(backup.data.bytes.toLocaleString())}</Fact>
            <Fact name="SHA-256">
              <FullAddress address={backup.data.sha256} />
            </Fact>
            <Fact name={words.audit.when}>
              <Moment atMs={backup.data.takenAtMs} />
            </Fact>
          </Facts>
        </GoodNote>
      ) : null}
      {backup.isError ? <ErrorNote error={backup.error} /> : null}
      <div className="flex items-center gap-3">
        <Button busy={backup.isPending} onClick={() => backup.mutate()}>
          {say.backup}
        </Button>
        {backup.isPending ? <Working>{say.backupWorking}</Working> : null}
      </div>
    </Section>
  );
}

function Verify() {
  const verify = useVerifyVault();
  return (
    <Section title={say.verify}>
      <p className="text-soft">{say.verifyLead}</p>
      {verify.data?.ok ? <GoodNote>{say.verifyOk(verify.data.audit.entries.toLocaleString())}</GoodNote> : null}
      {verify.data && !verify.data.ok ? (
        <div role="alert" className="rounded-md bg-red-wash px-3 py-2.5">
          <p className="font-medium text-red">{say.verifyBad}</p>
          <ul className="list-disc pl-4">
            {verify.data.problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
          <p>{words.audit.invalidNext}</p>
        </div>
      ) : null}
      {verify.isError ? <ErrorNote error={verify.error} /> : null}
      <div className="flex items-center gap-3">
        <Button busy={verify.isPending} onClick={() => verify.mutate()}>
          {say.verify}
        </Button>
        {verify.isPending ? <Working>{say.verifyWorking}</Working> : null}
      </div>
    </Section>
  );
}

export function VaultSection() {
  const me = useMe();
  const close = useCloseVault();
  return (
    <>
      <AboutVault />
      {hasAnyRole(me, ['admin', 'operator', 'controller']) ? <Backup /> : null}
      {hasAnyRole(me, ['admin', 'auditor', 'controller']) ? <Verify /> : null}
      <Section title={say.close}>
        <p className="text-soft">{say.closeLead}</p>
        {close.isError ? <ErrorNote error={close.error} /> : null}
        <div>
          <Button kind="danger" busy={close.isPending} onClick={() => close.mutate()}>
            {say.close}
          </Button>
        </div>
      </Section>
    </>
  );
}
