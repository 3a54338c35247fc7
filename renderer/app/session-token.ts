/** The session's token: in this window's memory only, gone with it. */
let token: string | null = null;

export const sessionToken = {
  current: (): string | null => token,
  set: (value: string | null): void => {
    token = value;
  },
};
