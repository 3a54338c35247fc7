import { useState } from 'react';
import { words } from '../../app/words/words.ts';
import { Button } from '../../ui/button.tsx';

const say = words.noticeSettings;

/** Only a browser asks; the desktop app shows notifications as any other program does. */
export function BrowserPermission() {
  const known = window.countersign === undefined && 'Notification' in window ? Notification.permission : null;
  const [permission, setPermission] = useState(known);
  switch (permission) {
    case null:
      return null;
    case 'granted':
      return <p className="text-soft">{say.browserOk}</p>;
    case 'denied':
      return <p className="text-soft">{say.browserDenied}</p>;
    case 'default':
      return (
        <div>
          <Button onClick={() => void Notification.requestPermission().then(setPermission)}>{say.browserAsk}</Button>
        </div>
      );
  }
}
