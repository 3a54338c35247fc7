/** `window.countersign`, which only the desktop host puts there. */
import type { CountersignBridge } from '../../core/contract/desktop-bridge.ts';

declare global {
  interface Window {
    readonly countersign?: CountersignBridge;
  }
}
