import { RedisScript } from '@portico/redis';
import { ROOM, SHARED } from './redis-session-lua.ts';

/**
 * `key, handle, owner, login, content, now, created, ends, idle, most, previous key`, the last one empty when there is none ->
 * handles of those that ended for want of room.
 */
export const CREATE = new RedisScript(`${SHARED}${ROOM}
local session = { key = ARGV[2], handle = ARGV[3], owner = ARGV[4], login = ARGV[5], ends = tonumber(ARGV[9]) }
local previous = ARGV[12] ~= '' and read(ARGV[12]) or nil
if previous then remove(previous) end
local removed = makeRoom(session.owner, tonumber(ARGV[11]))
thin('owner:' .. session.owner)
redis.call('HSET', prefix .. 'session:' .. session.key, 'handle', session.handle, 'owner', session.owner,
  'login', session.login, 'content', ARGV[6], 'ends', ARGV[9])
redis.call('SET', prefix .. 'handle:' .. session.handle, session.key)
redis.call('SADD', prefix .. 'owner:' .. session.owner, session.key)
redis.call('ZADD', prefix .. 'begun:' .. session.owner, ARGV[8], session.handle)
if session.login ~= '' then
  thin('login:' .. session.login)
  redis.call('SADD', prefix .. 'login:' .. session.login, session.key)
end
use(session, tonumber(ARGV[7]), tonumber(ARGV[10]))
return removed
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
local session = byHandle(ARGV[2])
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

/** `owner, handle` -> a list of that handle, or of nothing. */
export const REMOVE_ONE = new RedisScript(`${SHARED}
local session = byHandle(ARGV[3])
if not session or session.owner ~= ARGV[2] then return {} end
remove(session)
return { session.handle }
`);

/** `index, handle` -> handles of all that were removed: those of the index but the one. */
export const REMOVE_ALL = new RedisScript(`${SHARED}
local removed = {}
for _, session in ipairs(alive(ARGV[2])) do
  if session.handle ~= ARGV[3] then
    remove(session)
    table.insert(removed, session.handle)
  end
end
return removed
`);

/**
 * `owner, most, created, handle`, the last two of the place that the list begins behind, or empty -> a list of what READ gives,
 * with `created, handle`. Equal moments are told apart as Redis sorts them, byte by byte.
 */
export const LIST = new RedisScript(`${SHARED}
local function isBehind(handle, other)
  for i = 1, #handle do
    if handle:byte(i) ~= other:byte(i) then return handle:byte(i) < (other:byte(i) or 0) end
  end
  return false
end

local owner, most, first, after = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local replies, passed = {}, 0
while #replies < most do
  local found = redis.call('ZREVRANGEBYSCORE', prefix .. 'begun:' .. owner, first and ARGV[4] or '+inf', '-inf',
    'WITHSCORES', 'LIMIT', passed, most - #replies)
  if #found == 0 then break end
  for i = 1, #found, 2 do
    local handle, created = found[i], found[i + 1]
    local session = byHandle(handle)
    if not session then
      forget(owner, handle)
    else
      passed = passed + 1
      if tonumber(created) ~= first or isBehind(handle, after) then
        local one = reply(session)
        table.insert(one, created)
        table.insert(one, handle)
        table.insert(replies, one)
      end
    end
  end
end
return replies
`);

/** `kind, identifier, milliseconds, most, forget or refuse` -> 1, 0 when it was used before, -1 when there is no room. */
export const USE_ONCE = new RedisScript(`${SHARED}
local key = prefix .. 'once:' .. ARGV[2]
local now = milliseconds()
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
