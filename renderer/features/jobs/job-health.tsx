import type { JobView } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { Icon } from '../../ui/icon.tsx';

const say = words.jobs;

/** How it is doing, in a word; failing and late ones say for how long. */
export function JobHealth({ job }: { readonly job: JobView }) {
  if (job.state === 'paused') return <span className="text-amber">{say.state.paused}</span>;
  switch (job.health) {
    case 'new':
      return <span className="text-faint">{say.health.new}</span>;
    case 'ok':
      return (
        <span className="flex items-center gap-1.5 text-green">
          <Icon name="check" />
          {say.health.ok}
        </span>
      );
    case 'late':
      return (
        <span className="flex items-center gap-1.5 text-amber">
          <Icon name="warning" />
          {say.health.late}, {say.lag(Math.floor(job.lagMs / 60_000))}
        </span>
      );
    case 'failing':
      return (
        <span className="flex items-center gap-1.5 text-red">
          <Icon name="warning" />
          {say.failures(job.failures)}
        </span>
      );
  }
}
