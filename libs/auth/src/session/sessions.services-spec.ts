import { requireService } from '@portico/testing';
import { redisWorld } from '../../test/session/redis-world.ts';
import { describeSessions } from '../../test/session/sessions.contract.ts';

describeSessions('Redis', () => redisWorld(requireService('REDIS_URL')));
