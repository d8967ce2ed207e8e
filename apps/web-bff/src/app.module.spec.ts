import { Test } from '@nestjs/testing';
import { createBff, type CreateApplication } from '@portico/server';
import { httpRequest, startBff } from '@portico/testing';
import { UPSTREAMS, type Upstreams } from '@portico/upstream';
import { AppModule, bff } from './app.module.ts';

describe('the module of the BFF', () => {
  it('can be put together by a test', async () => {
    const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
    expect(module.get<Upstreams>(UPSTREAMS).names).toContain('catalog');
    await module.close();
  });

  it('is served with what a test replaces in it', async () => {
    const create: CreateApplication = async (module, adapter, options) => {
      const test = Test.createTestingModule({ imports: [module] });
      const upstreams = {
        names: [],
        unanswered: () => ['what the test says'],
        health: () => [],
        close: () => undefined,
      };
      const built = await test.overrideProvider(UPSTREAMS).useValue(upstreams).compile();
      return built.createNestApplication(adapter, options);
    };
    const running = await startBff(() => createBff(bff, create), { LOG_LEVEL: 'silent' });
    const ready = await httpRequest(`${running.url}/health/ready`);
    expect(ready.json()).toMatchObject({ reasons: ['looking for what the test says'] });
    await running.close();
  });
});
