/** `window.countersign`, which only the desktop host puts there (core/contract/desktop-bridge.ts). */
import type { CountersignBridge } from '../../core/contract/desktop-bridge.ts';

export {
  BRIDGE_NAME,
  type CountersignBridge,
  DESKTOP_COMMANDS,
  type DesktopCommand,
  PORT_MESSAGE_TYPE,
  type PortMessage,
} from '../../core/contract/desktop-bridge.ts';

declare global {
  interface Window {
    readonly countersign?: CountersignBridge;
  }
}
