import { IDLE_MINUTES, setIdleMinutes, setTheme, THEMES, usePreferences } from '../../app/preferences.ts';
import { words } from '../../app/words/words.ts';
import { Section } from '../../ui/facts.tsx';
import { Choice } from '../../ui/field.tsx';

const { appearance } = words.settings;

export function Appearance() {
  const { theme, idleMinutes } = usePreferences();
  return (
    <Section title={appearance.title}>
      <div className="flex flex-col gap-6">
        <Choice
          label={appearance.theme}
          value={theme}
          onChoose={setTheme}
          choices={THEMES.map((value) => ({ value, label: words.theme[value] }))}
        />
        <Choice
          label={appearance.idle}
          value={idleMinutes}
          onChoose={setIdleMinutes}
          choices={IDLE_MINUTES.map((value) => ({ value, label: appearance.minutes(value) }))}
        />
      </div>
    </Section>
  );
}
