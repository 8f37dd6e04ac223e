-- Leaves a message in flight to the sweep of any peer, which gives it back when it is due.
-- It gets another tag, so that no renewal of the old one, however late, can touch it.
-- KEYS[1]  unacked
-- KEYS[2]  unacked_index
-- ARGV[1]  delivery tag
-- ARGV[2]  the new tag
-- ARGV[3]  in how many seconds it is due
-- ARGV[4]  visibility_timeout in seconds
-- Returns  1 if parked, 0 if somebody else settled it

local entry = redis.call('HGET', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
if not entry then
	return 0
end
local time = redis.call('TIME')
local due = tonumber(time[1]) + tonumber(time[2]) / 1000000 + tonumber(ARGV[3])
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[1], ARGV[2], entry)
redis.call('ZADD', KEYS[2], string.format('%.6f', due - tonumber(ARGV[4])), ARGV[2])
return 1
