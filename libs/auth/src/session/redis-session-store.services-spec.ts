import { requireService } from '@portico/testing';
import { redisWorld } from '../../test/session/redis-world.ts';
import { describeSessionStore } from '../../test/session/session-store.contract.ts';

describeSessionStore('Redis', () => redisWorld(requireService('REDIS_URL')));
