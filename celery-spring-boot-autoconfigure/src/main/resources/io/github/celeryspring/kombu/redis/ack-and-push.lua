-- Forgets a message in flight and pushes what follows it, unless somebody else settled it.
-- KEYS[1]  unacked
-- KEYS[2]  unacked_index
-- KEYS[3]  ... the lists, then those that expire
-- ARGV[1]  delivery tag
-- ARGV[2]  how many lists get messages
-- ARGV[3]  ... for each of them the number of its messages, then these; for each list that
--          expires, after how many milliseconds; then channel, message, channel, ...
-- Returns  1 if pushed, else 0
-- Types are looked at first because a script is not rolled back. Deleting comes before
-- pushing because a Redis that is out of memory refuses only a push that comes first.

for i = 3, #KEYS do
	local type = redis.call('TYPE', KEYS[i]).ok
	if type ~= 'list' and type ~= 'none' then
		return redis.error_reply('WRONGTYPE ' .. KEYS[i] .. ' is not a list')
	end
end
redis.call('ZREM', KEYS[2], ARGV[1])
if redis.call('HDEL', KEYS[1], ARGV[1]) == 0 then
	return 0
end
local pushed = 2 + tonumber(ARGV[2])
local count = 3
for i = 3, pushed do
	local last = count + tonumber(ARGV[count])
	-- The stack of Lua does not hold more than some thousands.
	for first = count + 1, last, 1000 do
		redis.call('LPUSH', KEYS[i], unpack(ARGV, first, math.min(first + 999, last)))
	end
	count = last + 1
end
for i = pushed + 1, #KEYS do
	redis.call('PEXPIRE', KEYS[i], ARGV[count])
	count = count + 1
end
for i = count, #ARGV, 2 do
	redis.call('PUBLISH', ARGV[i], ARGV[i + 1])
end
return 1
