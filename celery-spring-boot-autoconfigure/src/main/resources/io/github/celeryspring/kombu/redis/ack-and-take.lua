-- Forgets a message in flight. What follows it is in flight at once, as if it had been
-- pushed and fetched, if nothing waits in the lists of its consumer; else it is pushed.
-- KEYS[1]  unacked
-- KEYS[2]  unacked_index
-- KEYS[3]  the list of the follower
-- KEYS[4]  ... the lists of the consumer
-- ARGV[1]  delivery tag
-- ARGV[2]  delivery tag of the follower
-- ARGV[3]  the follower as an entry of unacked: [envelope, exchange, routing key]
-- ARGV[4]  how many bytes of it come after the envelope
-- Returns  2 if taken, 1 if pushed, 0 if the message was settled before; when this is
--          repeated because a reply was lost, 2 again
-- The type is looked at first because a script is not rolled back. Deleting comes before
-- the rest because a Redis that is out of memory refuses only what comes first.

if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then
	redis.call('ZREM', KEYS[2], ARGV[1])
	return 2 * redis.call('HEXISTS', KEYS[1], ARGV[2])
end
local type = redis.call('TYPE', KEYS[3]).ok
if type ~= 'list' and type ~= 'none' then
	return redis.error_reply('WRONGTYPE ' .. KEYS[3] .. ' is not a list')
end
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('HDEL', KEYS[1], ARGV[1])
if redis.call('EXISTS', unpack(KEYS, 4)) > 0 then
	redis.call('LPUSH', KEYS[3], string.sub(ARGV[3], 2, -1 - tonumber(ARGV[4])))
	return 1
end
local time = redis.call('TIME')
redis.call('ZADD', KEYS[2], time[1] .. '.' .. string.format('%06d', time[2]), ARGV[2])
redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
return 2
