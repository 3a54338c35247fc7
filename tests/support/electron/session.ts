/** `session.defaultSession` and `protocol`: what the program decides about requests and permissions. */
import type { CustomScheme, Protocol, Session, WebContents } from 'electron';
import { KnownEvents, preventable } from './strict.ts';

type RequestHandler = Parameters<Session['setPermissionRequestHandler']>[0];
type CheckHandler = Parameters<Session['setPermissionCheckHandler']>[0];
type DeviceHandler = Parameters<Session['setDevicePermissionHandler']>[0];
type BeforeRequest = (
  details: { readonly url: string },
  answer: (response: { readonly cancel?: boolean }) => void,
) => void;
type Permission = Parameters<NonNullable<CheckHandler>>[1];

export class SessionDouble
  extends KnownEvents
  implements
    Pick<
      Session,
      | 'setPermissionRequestHandler'
      | 'setPermissionCheckHandler'
      | 'setDevicePermissionHandler'
      | 'setSpellCheckerEnabled'
    >
{
  #onRequest: RequestHandler = null;
  #onCheck: CheckHandler = null;
  #onDevice: DeviceHandler = null;
  #beforeRequest: BeforeRequest | null = null;
  spellChecker = true;

  readonly webRequest = {
    onBeforeRequest: (listener: BeforeRequest | null): void => {
      this.#beforeRequest = listener;
    },
  };

  constructor() {
    super('session', ['will-download']);
  }

  setPermissionRequestHandler(handler: RequestHandler): void {
    this.#onRequest = handler;
  }

  setPermissionCheckHandler(handler: CheckHandler): void {
    this.#onCheck = handler;
  }

  setDevicePermissionHandler(handler: DeviceHandler): void {
    this.#onDevice = handler;
  }

  setSpellCheckerEnabled(enable: boolean): void {
    this.spellChecker = enable;
  }

  /** What a page is answered that asks for a permission. Electron grants when nobody decides. */
  async asksFor(
    permission: Permission,
    from: { readonly url: string; readonly isMainFrame?: boolean },
  ): Promise<boolean> {
    const handler = this.#onRequest;
    if (handler === null) return true;
    const details = { requestingUrl: from.url, isMainFrame: from.isMainFrame ?? true };
    return new Promise((answer) => {
      handler(null as unknown as WebContents, permission, answer, details);
    });
  }

  /** What Chromium's silent checks are answered. */
  has(permission: Permission, from: { readonly url: string; readonly isMainFrame?: boolean }): boolean {
    return (
      this.#onCheck?.(null as unknown as WebContents, permission, from.url, {
        isMainFrame: from.isMainFrame ?? true,
        requestingUrl: from.url,
      }) ?? true
    );
  }

  mayUseDevice(deviceType: 'hid' | 'serial' | 'usb', origin: string): boolean {
    return this.#onDevice?.({ deviceType, origin, device: {} as never }) ?? true;
  }

  mayRequest(url: string): boolean {
    let cancelled = false;
    this.#beforeRequest?.({ url }, ({ cancel }) => {
      cancelled = cancel ?? false;
    });
    return !cancelled;
  }

  /** Whether a download that a page begins would go on. */
  download(url: string): boolean {
    const event = preventable({});
    this.emit('will-download', event, { getURL: () => url });
    return !event.defaultPrevented;
  }
}

export class ProtocolDouble implements Pick<Protocol, 'registerSchemesAsPrivileged' | 'handle'> {
  readonly schemes = new Map<string, CustomScheme>();
  readonly #handlers = new Map<string, (request: Request) => Response | Promise<Response>>();
  readonly #isReady: () => boolean;

  constructor(isReady: () => boolean) {
    this.#isReady = isReady;
  }

  registerSchemesAsPrivileged(customSchemes: CustomScheme[]): void {
    if (this.#isReady()) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    for (const scheme of customSchemes) this.schemes.set(scheme.scheme, scheme);
  }

  handle(scheme: string, handler: (request: Request) => Response | Promise<Response>): void {
    if (this.#handlers.has(scheme)) throw new Error(`The scheme ${scheme} is handled already`);
    this.#handlers.set(scheme, handler);
  }

  async answer(scheme: string, request: Request): Promise<Response> {
    const handler = this.#handlers.get(scheme);
    if (handler === undefined) throw new Error(`Nobody handles ${scheme}://`);
    return handler(request);
  }
}
