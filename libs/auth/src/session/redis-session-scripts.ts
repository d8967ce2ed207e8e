import { RedisScript } from '@portico/redis';

/**
 * Each change of a session is one script: no replica sees the middle of it, and nobody's write brings back what another has
 * ended. A session is a hash; its handle, its owner and its login lead to it. `ARGV[1]` is the prefix of all names. Redis
 * itself counts the time that is left, so that replicas whose clocks differ agree on it.
 */
const SHARED = `
local prefix = ARGV[1]

local function read(key)
  local f = redis.call('HMGET', prefix .. 'session:' .. key, 'handle', 'owner', 'login', 'content', 'seen', 'ends')
  if not f[1] then return nil end
  return { key = key, handle = f[1], owner = f[2], login = f[3], content = f[4], seen = tonumber(f[5]), ends = tonumber(f[6]) }
end

local function reply(session)
  local left = redis.call('PTTL', prefix .. 'session:' .. session.key)
  return { session.key, session.content, string.format('%d', session.seen), left }
end

local function announce(session)
  redis.call('PUBLISH', prefix .. 'sessions', session.handle)
end

local function outlast(index, px)
  if redis.call('PTTL', index) < px then redis.call('PEXPIRE', index, px) end
end

local function timeFor(session, now, idle)
  return math.min(idle, session.ends - now)
end

local function last(session, milliseconds)
  local px = math.max(1, math.floor(milliseconds))
  redis.call('PEXPIRE', prefix .. 'session:' .. session.key, px)
  redis.call('PEXPIRE', prefix .. 'handle:' .. session.handle, px)
  outlast(prefix .. 'owner:' .. session.owner, px)
  if session.login ~= '' then outlast(prefix .. 'login:' .. session.login, px) end
end

local function use(session, now, idle)
  session.seen = now
  redis.call('HSET', prefix .. 'session:' .. session.key, 'seen', string.format('%d', now))
  last(session, timeFor(session, now, idle))
end

local function remove(session)
  redis.call('DEL', prefix .. 'session:' .. session.key, prefix .. 'handle:' .. session.handle)
  redis.call('SREM', prefix .. 'owner:' .. session.owner, session.key)
  if session.login ~= '' then redis.call('SREM', prefix .. 'login:' .. session.login, session.key) end
  announce(session)
end

local function alive(index)
  local sessions = {}
  for _, key in ipairs(redis.call('SMEMBERS', prefix .. index)) do
    local session = read(key)
    if session then table.insert(sessions, session) else redis.call('SREM', prefix .. index, key) end
  end
  return sessions
end
`;

/** `key, handle, owner, login, content, now, ends, idle, previous key`, the last one empty when there is none. */
export const CREATE = new RedisScript(`${SHARED}
local session = { key = ARGV[2], handle = ARGV[3], owner = ARGV[4], login = ARGV[5], ends = tonumber(ARGV[8]) }
local previous = ARGV[10] ~= '' and read(ARGV[10]) or nil
if previous then remove(previous) end
alive('owner:' .. session.owner)
redis.call('HSET', prefix .. 'session:' .. session.key, 'handle', session.handle, 'owner', session.owner,
  'login', session.login, 'content', ARGV[6], 'ends', ARGV[8])
redis.call('SET', prefix .. 'handle:' .. session.handle, session.key)
redis.call('SADD', prefix .. 'owner:' .. session.owner, session.key)
if session.login ~= '' then redis.call('SADD', prefix .. 'login:' .. session.login, session.key) end
use(session, tonumber(ARGV[7]), tonumber(ARGV[9]))
return 1
`);

/** `key, now, idle, after`, the last two empty for no slide -> `key, content, seen, milliseconds left`, or nil. */
export const READ = new RedisScript(`${SHARED}
local session = read(ARGV[2])
if not session then return false end
if ARGV[4] ~= '' then
  local now, idle, after = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
  local left = redis.call('PTTL', prefix .. 'session:' .. session.key)
  if now - session.seen >= after or timeFor(session, now, idle) - left >= after then use(session, now, idle) end
end
return reply(session)
`);

/** `handle` -> as READ. */
export const READ_BY_HANDLE = new RedisScript(`${SHARED}
local key = redis.call('GET', prefix .. 'handle:' .. ARGV[2])
local session = key and read(key)
return session and reply(session) or false
`);

/** `key, expected content, content, now, ends, idle` -> 1, or 0. */
export const REPLACE = new RedisScript(`${SHARED}
local session = read(ARGV[2])
if not session or session.content ~= ARGV[3] then return 0 end
session.ends = tonumber(ARGV[6])
redis.call('HSET', prefix .. 'session:' .. session.key, 'content', ARGV[4], 'ends', ARGV[6])
local now = tonumber(ARGV[5])
local unused = math.max(0, now - session.seen)
local left = redis.call('PTTL', prefix .. 'session:' .. session.key)
last(session, timeFor(session, now, math.max(left, tonumber(ARGV[7]) - unused)))
announce(session)
return 1
`);

/** `index`, then `only` or `except` and a handle -> handles. */
export const REMOVE = new RedisScript(`${SHARED}
local removed = {}
for _, session in ipairs(alive(ARGV[2])) do
  if (session.handle == ARGV[4]) == (ARGV[3] == 'only') then
    remove(session)
    table.insert(removed, session.handle)
  end
end
return removed
`);

/** `index` -> a list of what READ gives. */
export const LIST = new RedisScript(`${SHARED}
local replies = {}
for _, session in ipairs(alive(ARGV[2])) do table.insert(replies, reply(session)) end
return replies
`);

/** `kind, identifier, milliseconds, most, forget or refuse` -> 1, 0 when it was used before, -1 when there is no room. */
export const USE_ONCE = new RedisScript(`${SHARED}
local key = prefix .. 'once:' .. ARGV[2]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ends = redis.call('ZSCORE', key, ARGV[3])
if ends and tonumber(ends) > now then return 0 end
-- A few at each use: none has to wait for the end of many.
local over = redis.call('ZRANGEBYSCORE', key, '-inf', now, 'LIMIT', 0, 10)
if #over > 0 then redis.call('ZREM', key, unpack(over)) end
if redis.call('ZCARD', key) >= tonumber(ARGV[5]) then
  if ARGV[6] == 'refuse' then return -1 end
  redis.call('ZPOPMIN', key)
end
redis.call('ZADD', key, now + tonumber(ARGV[4]), ARGV[3])
outlast(key, tonumber(ARGV[4]))
return 1
`);

/** `name, claimant`: deletes a claim that is still this claimant's. */
export const RELEASE = new RedisScript(`${SHARED}
if redis.call('GET', prefix .. 'claim:' .. ARGV[2]) == ARGV[3] then redis.call('DEL', prefix .. 'claim:' .. ARGV[2]) end
return 0
`);
