/** The two bytes that end each answer. */
export const STATUS = {
  ok: 0x9000,
  notHardened: 0x0001,
  pathForbidden: 0x4215,
  locked: 0x5515,
  rejected: 0x6985,
  wrongLength: 0x6a87,
  wrongParameters: 0x6b00,
  blindSigningOff: 0x6c66,
  unknownInstruction: 0x6d00,
  unknownClass: 0x6e00,
  tooLarge: 0xb004,
  notUnderstood: 0xb005,
  badState: 0xb007,
} as const;

export type Status = (typeof STATUS)[keyof typeof STATUS];

export function answer(status: Status, data: Uint8Array = new Uint8Array()): Buffer {
  const end = Buffer.alloc(2);
  end.writeUInt16BE(status);
  return Buffer.concat([data, end]);
}

/** Ends the handling of a request with a status and nothing else. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: Status;

  constructor(status: Status) {
    super(`Answered with ${status.toString(16).padStart(4, '0')}`);
    this.status = status;
  }
}
