-- Moves a message in flight to a dead-letter queue, unless somebody else settled it, and
-- keeps that queue within its bounds. Without a tag it does only the latter.
-- KEYS[1]  unacked
-- KEYS[2]  unacked_index
-- KEYS[3]  the dead-letter queue
-- ARGV[1]  delivery tag, or empty
-- ARGV[2]  what to push
-- ARGV[3]  how many letters the queue keeps, or 0 for all
-- ARGV[4]  the oldest x-dead-letter-time that it keeps, or empty for all
-- Returns  1 if moved, else 0
-- Letters are looked at from the old end, up to the first that is to be kept or has no
-- time.

local type = redis.call('TYPE', KEYS[3]).ok
if type ~= 'list' and type ~= 'none' then
	return redis.error_reply('WRONGTYPE ' .. KEYS[3] .. ' is not a list')
end
local moved = 0
if ARGV[1] ~= '' then
	redis.call('ZREM', KEYS[2], ARGV[1])
	moved = redis.call('HDEL', KEYS[1], ARGV[1])
	if moved == 0 then
		return 0
	end
	redis.call('LPUSH', KEYS[3], ARGV[2])
end
if ARGV[3] ~= '0' then
	redis.call('LTRIM', KEYS[3], 0, tonumber(ARGV[3]) - 1)
end
for _ = 1, (ARGV[4] ~= '') and 1000 or 0 do
	local letter = redis.call('LINDEX', KEYS[3], -1)
	local _, found = string.find(letter or '', '"x-dead-letter-time":', 1, true)
	local time = found and string.match(letter, '^%s*"([^"]*)"', found + 1)
	if not time or time >= ARGV[4] then
		break
	end
	redis.call('RPOP', KEYS[3])
end
return moved
