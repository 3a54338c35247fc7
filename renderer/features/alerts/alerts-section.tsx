import { hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Section } from '../../ui/facts.tsx';
import { Ago } from '../../ui/time.tsx';
import { sayAlert } from './alert-words.ts';
import { Severity } from './severity.tsx';
import { useOpenAlerts } from './use-alerts.ts';

const say = words.alerts;
const SHOWN_MAX = 5;

/** On the overview, while anything waits for somebody; who looks after what is on its own place. */
export function AlertsSection() {
  const { data } = useOpenAlerts();
  const waiting = data?.filter(({ waits }) => waits) ?? [];
  if (waiting.length === 0) return null;
  return (
    <Section
      title={say.section}
      action={
        <a href={hrefOf('alerts')} className="text-xs text-accent hover:underline">
          {waiting.length > SHOWN_MAX ? say.allOf(waiting.length) : say.all}
        </a>
      }
    >
      <ul className="flex flex-col">
        {waiting.slice(0, SHOWN_MAX).map((alert) => {
          const { title, cause } = sayAlert(alert.facts);
          return (
            <li key={alert.id} className="border-b border-line last:border-0">
              <a
                href={hrefOf('alerts', alert.id)}
                className="-mx-2 grid grid-cols-[6rem_minmax(0,1fr)_auto] items-start gap-3 rounded px-2 py-1.5 hover:bg-hover"
              >
                <Severity alert={alert} />
                <span className="min-w-0">
                  <span className="font-medium">{title}</span>
                  <span className="block truncate text-soft" title={cause}>
                    {cause}
                  </span>
                </span>
                <Ago atMs={alert.sinceMs} />
              </a>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
