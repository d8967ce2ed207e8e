import { httpRequest } from '@portico/testing';

/** A fault as Toxiproxy names it, on what comes back from the target. */
export interface Toxic {
  readonly type: 'latency' | 'bandwidth' | 'slow_close' | 'timeout' | 'reset_peer' | 'limit_data';
  readonly attributes: Readonly<Record<string, number>>;
}

/** One proxy of a running Toxiproxy (https://github.com/Shopify/toxiproxy). */
export class ToxicProxy {
  private constructor(
    private readonly api: string,
    private readonly name: string,
    /** `http://127.0.0.1:<port>`. */
    readonly url: string,
  ) {}

  /**
   * Has Toxiproxy listen on a free port for a target on this machine.
   *
   * @param server `TOXIPROXY_URL`
   */
  static async open(server: string, targetPort: number): Promise<ToxicProxy> {
    const name = `portico-${process.pid}-${targetPort}`;
    const created = await tell('POST', `${server}/proxies`, {
      name,
      listen: '127.0.0.1:0',
      upstream: `127.0.0.1:${targetPort}`,
    });
    const { listen } = created as { listen: string };
    return new ToxicProxy(`${server}/proxies/${name}`, name, `http://${listen}`);
  }

  async add({ type, attributes }: Toxic): Promise<void> {
    await tell('POST', `${this.api}/toxics`, { type, name: `${this.name}-${type}`, attributes });
  }

  async remove(type: Toxic['type']): Promise<void> {
    await tell('DELETE', `${this.api}/toxics/${this.name}-${type}`);
  }

  /** False: its connections are cut and new ones refused. */
  async enable(enabled: boolean): Promise<void> {
    await tell('POST', this.api, { enabled });
  }

  async close(): Promise<void> {
    await tell('DELETE', this.api);
  }
}

async function tell(method: string, url: string, body?: unknown): Promise<unknown> {
  const answer = await httpRequest(url, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  if (answer.status >= 300) throw new Error(`Toxiproxy answered ${answer.status} to ${method} ${url}: ${answer.text}`);
  return answer.text === '' ? undefined : answer.json();
}
