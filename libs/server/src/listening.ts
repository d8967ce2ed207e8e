import { StartError } from './bff-options.ts';

/** A listener, and the settings that say where it is. */
export interface Listener {
  /** Of the BFF, for messages. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** The prefix of `HOST` and `PORT` in the names of the settings: `MANAGEMENT_`. Default nothing. */
  readonly prefix?: string;
}

/** What to say of a listener that cannot listen; the error itself where nothing better is known. */
export function listenError(error: NodeJS.ErrnoException, { name, host, port, prefix = '' }: Listener): Error {
  const cannot = `${name} cannot listen on ${host}:${port}`;
  if (error.code === 'EADDRINUSE') {
    return new StartError(`${cannot}: the port is taken. Stop the other process or set ${prefix}PORT to a free one.`);
  }
  if (error.code === 'EADDRNOTAVAIL') {
    return new StartError(`${cannot}: ${prefix}HOST is not an address of this machine.`);
  }
  if (error.code === 'EACCES') {
    return new StartError(`${cannot}: the port needs more rights. Set ${prefix}PORT to 1024 or more.`);
  }
  return error;
}

/** Where a listener is reached from this machine. */
export function urlOf(host: string, port: number): string {
  const reached = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}`;
}
