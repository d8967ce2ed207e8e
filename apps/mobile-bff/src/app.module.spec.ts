import { Test } from '@nestjs/testing';
import { UPSTREAMS, type Upstreams } from '@portico/upstream';
import { AppModule } from './app.module.ts';

it('the module of the BFF can be put together by a test', async () => {
  const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
  expect(module.get<Upstreams>(UPSTREAMS).names).toContain('catalog');
  await module.close();
});
