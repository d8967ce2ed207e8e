import { moreLikeIt, type RateLimitedLog } from '@portico/core';
import type { LackCode, LackEvent } from '@portico/net';
import type { Logger } from 'pino';

const MEMORY = 'the system has no memory left for sockets: look at its memory and at net.ipv4.tcp_mem';

/** The lack, and what to do about it. */
const REMEDIES: Readonly<Record<LackCode, string>> = {
  EMFILE: 'this process may open no more files and sockets: raise its nofile limit, or lower MAX_CONNECTIONS',
  ENFILE: 'this machine may open no more files and sockets: raise fs.file-max',
  EADDRNOTAVAIL:
    'no local port is left for a connection to that address, or this machine has no address of its kind: widen net.ipv4.ip_local_port_range',
  ENOBUFS: MEMORY,
  ENOMEM: MEMORY,
};

/** A line for what could not be done because this machine lacked the means, one in ten seconds for each kind of lack. */
export function lackLog(log: Logger, limited: RateLimitedLog): (event: LackEvent) => void {
  return ({ code, what }) =>
    limited.add(`lack ${code}`, (more) => {
      log.error({ code, more: more || undefined }, `cannot ${what}: ${code}, ${REMEDIES[code]}${moreLikeIt(more)}`);
    });
}
