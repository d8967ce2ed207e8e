export { type RedisStatusEvent } from './events.ts';
export { openRedis, type Redis, type RedisOptions, type RedisReply, type RedisSetOptions } from './redis.ts';
export { RedisError } from './redis-error.ts';
export { RedisScript } from './redis-script.ts';
export { type RedisListener, type RedisSubscription } from './redis-subscriptions.ts';
export { redisUrlProblem } from './redis-url.ts';
