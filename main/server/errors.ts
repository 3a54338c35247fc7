/** Why the server did not start: something the person who started it can put right. */
export class ServeError extends Error {
  override readonly name = 'ServeError';
  readonly code: 'unsafe.binding' | 'port.taken' | 'tls.unusable' | 'secret.short' | 'secret.stray' | 'secret.odd';

  constructor(code: ServeError['code'], sentence: string) {
    super(sentence);
    this.code = code;
  }
}

export const unsafeBinding = (host: string) =>
  new ServeError(
    'unsafe.binding',
    `Refusing to listen on ${host} without TLS: anybody on the network could read along. Give --tls-cert and --tls-key, or listen on 127.0.0.1.`,
  );

export const portTaken = (host: string, port: number) =>
  new ServeError('port.taken', `Port ${port} on ${host} is in use by another program. Choose another with --port.`);

export const unusableCertificate = (cause: string) =>
  new ServeError('tls.unusable', `The TLS certificate and key cannot be used: ${cause}`);

export const shortSecret = (name: string, bytesMin: number) =>
  new ServeError(
    'secret.short',
    `${name} is shorter than ${bytesMin} bytes and could be guessed. Make one with: openssl rand -base64 48`,
  );

export const oddToken = (name: string) =>
  new ServeError(
    'secret.odd',
    `${name} has to be 32 to 128 of letters, digits, hyphen and underscore. Make one with: openssl rand -hex 32`,
  );

export const strayPreviousSecret = (previous: string, current: string) =>
  new ServeError('secret.stray', `${previous} is set, but ${current} is not: set the secret in use, too.`);
