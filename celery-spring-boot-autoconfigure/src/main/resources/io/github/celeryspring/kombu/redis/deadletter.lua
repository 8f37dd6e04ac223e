-- Moves a message in flight to a dead-letter queue, unless somebody else settled it.
-- KEYS[1]  unacked
-- KEYS[2]  unacked_index
-- KEYS[3]  the dead-letter queue
-- ARGV[1]  delivery tag
-- ARGV[2]  what to push
-- ARGV[3]  how many letters the queue keeps
-- Returns  1 if moved, else 0

local type = redis.call('TYPE', KEYS[3]).ok
if type ~= 'list' and type ~= 'none' then
	return redis.error_reply('WRONGTYPE ' .. KEYS[3] .. ' is not a list')
end
redis.call('ZREM', KEYS[2], ARGV[1])
if redis.call('HDEL', KEYS[1], ARGV[1]) == 0 then
	return 0
end
redis.call('LPUSH', KEYS[3], ARGV[2])
redis.call('LTRIM', KEYS[3], 0, tonumber(ARGV[3]) - 1)
return 1
