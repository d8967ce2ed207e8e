import { repositoryOf } from './repository.ts';
import { neededServices } from './test-services.ts';

describe('neededServices', () => {
  it('collects each variable once, from specs against real servers only', () => {
    const repository = repositoryOf({
      'libs/a/src/a.services-spec.ts': "requireService('REDIS_URL'); requireService(\n  'CONSUL_URL');",
      'libs/b/src/b.services-spec.ts': "requireService('REDIS_URL');",
      'libs/b/src/b.spec.ts': "requireService('OTHER_URL');",
    });
    expect(neededServices(repository)).toEqual(['CONSUL_URL', 'REDIS_URL']);
  });
});
