import { type Behaviour, type RecordedRequest, reply, startFakeUpstream } from '@portico/testing';

/** What an agent is told when a service is registered. */
export interface RegisteredService {
  readonly ID: string;
  readonly Name: string;
  readonly Address: string;
  readonly Port: number;
  readonly Check: Readonly<Record<string, string>>;
}

/** A fake of the agent's own services, answering `/v1/agent/service/...` as Consul 1.14.11 was seen to. */
export interface FakeAgent {
  readonly url: string;
  readonly requests: readonly RecordedRequest[];
  /** What it was asked, as `register`, `deregister <id>` and `look <id>`. */
  readonly asked: readonly string[];
  /** By id; clearing it is a restart without data. */
  readonly services: Map<string, RegisteredService>;
  /** Answers everything with this instead; undefined: as before. */
  answerWith(behaviour: Behaviour | undefined): void;
  close(): Promise<void>;
}

const BASE = '/v1/agent/service/';

/** @param delay milliseconds before a registration is obeyed, default 0 */
export async function startFakeAgent(delay = 0): Promise<FakeAgent> {
  const services = new Map<string, RegisteredService>();
  let override: Behaviour | undefined;
  const upstream = await startFakeUpstream((request, response) => {
    if (override) return override(request, response);
    if (isRegister(request)) {
      setTimeout(() => {
        const service = JSON.parse(request.body.toString()) as RegisteredService;
        services.set(service.ID, service);
        void reply()(request, response);
      }, delay);
      return undefined;
    }
    const id = idOf(request);
    const service = services.get(id);
    const found = isDeregister(request) ? services.delete(id) : service !== undefined;
    if (!found) return reply({ status: 404, body: `unknown service ID: ${id}` })(request, response);
    return reply(isDeregister(request) ? {} : { json: { ...service, ContentHash: 'd72df4577d67694f' } })(
      request,
      response,
    );
  });
  return {
    url: upstream.url,
    requests: upstream.requests,
    get asked() {
      return upstream.requests.map((request) => {
        if (isRegister(request)) return 'register';
        return `${isDeregister(request) ? 'deregister' : 'look'} ${idOf(request)}`;
      });
    },
    services,
    answerWith: (behaviour) => void (override = behaviour),
    close: () => upstream.close(),
  };
}

function isRegister({ method, url }: RecordedRequest): boolean {
  return method === 'PUT' && url === `${BASE}register?replace-existing-checks=true`;
}

function isDeregister({ method, url }: RecordedRequest): boolean {
  return method === 'PUT' && url.startsWith(`${BASE}deregister/`);
}

function idOf(request: RecordedRequest): string {
  const id = request.url.slice(BASE.length + (isDeregister(request) ? 'deregister/'.length : 0));
  return decodeURIComponent(id);
}
