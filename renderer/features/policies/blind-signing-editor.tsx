import { type FormEvent, useState } from 'react';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/facts.tsx';
import { TextField } from '../../ui/field.tsx';
import { Small } from './rule-card.tsx';
import { changeDraft } from './use-policies.ts';

const say = words.policies.blindSigning;
const CONTRACT = /^C[A-Z2-7]{55}$/;

/** Whatever a device cannot show it signs for these contracts, and for no others. */
export function BlindSigningEditor({ contracts }: { readonly contracts: readonly string[] }) {
  const [typed, setTyped] = useState('');
  const contract = typed.trim();
  const problem = contract === '' || CONTRACT.test(contract) ? null : say.wrong;
  const ready = contract !== '' && problem === null && !contracts.includes(contract);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    name([...contracts, contract]);
    setTyped('');
  };
  return (
    <div className="max-w-3xl">
      <Section title={say.title}>
        <p className="text-soft">{say.lead}</p>
        {contracts.length === 0 ? <p className="text-soft">{say.none}</p> : null}
        <ul className="flex flex-col gap-1">
          {contracts.map((named) => (
            <li key={named} className="flex items-center justify-between gap-3">
              <span className="font-mono text-xs wrap-anywhere">{named}</span>
              <Small
                icon="close"
                label={say.remove(named)}
                onPress={() => name(contracts.filter((other) => other !== named))}
              />
            </li>
          ))}
        </ul>
        <form onSubmit={submit} className="grid max-w-xl grid-cols-[1fr_auto] items-start gap-2">
          <TextField label={say.contract} value={typed} onText={setTyped} problem={problem} />
          <Button type="submit" disabled={!ready} className="mt-5">
            {say.add}
          </Button>
        </form>
      </Section>
    </div>
  );
}

/** None named is nothing said. */
function name(contracts: readonly string[]): void {
  changeDraft(({ blindSigning: _before, ...terms }) =>
    contracts.length === 0 ? terms : { ...terms, blindSigning: [...contracts] },
  );
}
