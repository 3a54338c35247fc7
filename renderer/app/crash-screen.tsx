import { Component, type ErrorInfo, type ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { words } from './words/words.ts';

/** A defect in drawing is said so, in words; the engine and the vault do not notice it. */
export class CrashScreen extends Component<{ readonly children: ReactNode }, { readonly crashed: boolean }> {
  override state = { crashed: false };

  static getDerivedStateFromError(): { crashed: boolean } {
    return { crashed: true };
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    console.error('The window stopped drawing', error, info.componentStack);
  }

  override render(): ReactNode {
    if (!this.state.crashed) return this.props.children;
    const { what, safe, next, reload } = words.ui.crash;
    return (
      <div role="alert" className="mx-auto flex h-full max-w-md flex-col items-start justify-center gap-2 p-6">
        <p className="text-lg font-semibold">{what}</p>
        <p className="text-soft">
          {safe} {next}
        </p>
        <Button kind="primary" className="mt-2" onClick={() => window.location.reload()}>
          {reload}
        </Button>
      </div>
    );
  }
}
