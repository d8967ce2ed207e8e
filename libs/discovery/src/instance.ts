/** One process that serves an upstream, as its source describes it. Frozen; a change comes as a new object. */
export interface Instance {
  /** Identity within the source: what keeps its id keeps its connections and its history. */
  readonly id: string;
  readonly protocol: 'http' | 'https';
  /** IP address without brackets or zone, or a host name, which is resolved and checked at each connection. */
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
  /** The name that an address was found by, for `Host` and TLS, never an address; undefined: the host itself. */
  readonly serverName: string | undefined;
  /** Share of the traffic next to the others', 0 to 65535; 0: none as long as another one takes it. */
  readonly weight: number;
  /** Group that it belongs to; one of a greater number gets calls when those of smaller numbers cannot be reached (RFC 2782). */
  readonly priority: number;
  readonly zone: string | undefined;
  readonly tags: readonly string[];
  /** False: the registry knows it and says that it should get no traffic. Why, says `withdrawn`, or else that it fails. */
  readonly healthy: boolean;
  /**
   * What its registry calls it when somebody took it out of service on purpose, or has not put it in yet, such as `maintenance`: it
   * gets no calls, whatever becomes of the others. Undefined: nobody did, and `healthy` says whether it fails.
   */
  readonly withdrawn: string | undefined;
}

/** What a source found: an instance of which only the address is certain, and nothing is checked yet. */
export interface Candidate {
  readonly host: string;
  readonly port: number;
  /** Default `host:port`. */
  readonly id?: string;
  /** Default none. */
  readonly serverName?: string | undefined;
  /** Default `http`. */
  readonly protocol?: 'http' | 'https';
  /** Default 1. */
  readonly weight?: number;
  /** Default 0. */
  readonly priority?: number;
  readonly zone?: string | undefined;
  /** Default none. */
  readonly tags?: readonly string[];
  /** Default true, unless it is withdrawn. */
  readonly healthy?: boolean;
  /** Default not. */
  readonly withdrawn?: string | undefined;
}
