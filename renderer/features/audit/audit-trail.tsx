import type { TimelineEntry } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Section } from '../../ui/facts.tsx';
import { Timeline } from './timeline.tsx';

interface Props {
  readonly title: string;
  /** What the entries are about, as the audit log names it. */
  readonly subject: string;
  readonly entries: readonly TimelineEntry[];
}

/** What happened to one record, with the way to its entries in the log. */
export function AuditTrail({ title, subject, entries }: Props) {
  const reads = hasAnyRole(useMe(), ['auditor', 'controller', 'admin']);
  return (
    <Section
      title={title}
      action={
        reads ? (
          <a href={hrefOf('audit', null, { subject })} className="text-xs text-accent hover:underline">
            {words.audit.inTheLog}
          </a>
        ) : undefined
      }
    >
      <Timeline entries={entries} />
    </Section>
  );
}
