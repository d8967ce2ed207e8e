/**
 * Each change of a session is one script: no replica sees the middle of it, and nobody's write brings back what another has
 * ended. A session is a hash; its handle leads to it, and two sets, of its owner and of its login, from which all are ended.
 * Two sorted sets of an owner hold handles: `ends` by the moment of the end, for the bound, and `begun` by that of the login,
 * for lists. Sessions that end by themselves stay in all four until a later login comes across them, a few at a time.
 * `ARGV[1]` is the prefix of all names. Redis itself counts the time that is left, so that replicas whose clocks differ
 * agree on it.
 */
export const SHARED = `
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

local function milliseconds()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function byHandle(handle)
  local key = redis.call('GET', prefix .. 'handle:' .. handle)
  return key and read(key) or nil
end

local function last(session, left)
  local px = math.max(1, math.floor(left))
  local now = milliseconds()
  local ends, begun = prefix .. 'ends:' .. session.owner, prefix .. 'begun:' .. session.owner
  redis.call('PEXPIRE', prefix .. 'session:' .. session.key, px)
  redis.call('PEXPIRE', prefix .. 'handle:' .. session.handle, px)
  redis.call('ZADD', ends, now + px, session.handle)
  -- Sessions of a release without these sets enter them when they are used.
  redis.call('ZADD', begun, 'NX', now, session.handle)
  outlast(ends, px)
  outlast(begun, px)
  outlast(prefix .. 'owner:' .. session.owner, px)
  if session.login ~= '' then outlast(prefix .. 'login:' .. session.login, px) end
end

local function use(session, now, idle)
  session.seen = now
  redis.call('HSET', prefix .. 'session:' .. session.key, 'seen', string.format('%d', now))
  last(session, timeFor(session, now, idle))
end

local function forget(owner, handle)
  redis.call('ZREM', prefix .. 'ends:' .. owner, handle)
  redis.call('ZREM', prefix .. 'begun:' .. owner, handle)
end

local function remove(session)
  redis.call('DEL', prefix .. 'session:' .. session.key, prefix .. 'handle:' .. session.handle)
  redis.call('SREM', prefix .. 'owner:' .. session.owner, session.key)
  if session.login ~= '' then redis.call('SREM', prefix .. 'login:' .. session.login, session.key) end
  forget(session.owner, session.handle)
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

/** Sessions that are looked at of each index in one login: more than a login adds, so that what is over goes faster than it comes. */
const FEW = 10;

/** What a login does to the indexes, after `SHARED`, in steps whose number does not depend on how many sessions there are. */
export const ROOM = `
local function dropEnded(owner, now)
  local ends = prefix .. 'ends:' .. owner
  for _, handle in ipairs(redis.call('ZRANGEBYSCORE', ends, '-inf', now, 'LIMIT', 0, ${FEW})) do
    local left = redis.call('PTTL', prefix .. 'handle:' .. handle)
    -- A release without these sets has moved its end.
    if left > 0 then redis.call('ZADD', ends, now + left, handle) else forget(owner, handle) end
  end
end

local function thin(index)
  for _, key in ipairs(redis.call('SRANDMEMBER', prefix .. index, ${FEW})) do
    if redis.call('EXISTS', prefix .. 'session:' .. key) == 0 then redis.call('SREM', prefix .. index, key) end
  end
end

local function makeRoom(owner, most)
  local ends, now, removed = prefix .. 'ends:' .. owner, milliseconds(), {}
  dropEnded(owner, now)
  for _ = 1, ${FEW} do
    if redis.call('ZCOUNT', ends, '(' .. string.format('%d', now), '+inf') < most then break end
    local handle = redis.call('ZRANGEBYSCORE', ends, '(' .. string.format('%d', now), '+inf', 'LIMIT', 0, 1)[1]
    local session = byHandle(handle)
    if session then
      remove(session)
      table.insert(removed, handle)
    else
      forget(owner, handle)
    end
  end
  return removed
end
`;
