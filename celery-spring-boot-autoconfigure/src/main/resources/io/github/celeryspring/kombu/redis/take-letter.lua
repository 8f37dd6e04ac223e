-- Takes a letter out of its queue, unless it is there no more, and may push its message
-- to another.
-- KEYS[1]  the list to push to
-- KEYS[2]  the count of the message's deliveries
-- KEYS[3]  ... the lists of the dead-letter queue
-- ARGV[1]  the letter
-- ARGV[2]  the message, or empty to push none
-- Returns  1 if taken, else 0
-- Types are looked at first because a script is not rolled back. Taking comes before
-- pushing because a Redis that is out of memory refuses only a push that comes first.

for i = 1, #KEYS do
	local type = redis.call('TYPE', KEYS[i]).ok
	if i ~= 2 and type ~= 'list' and type ~= 'none' then
		return redis.error_reply('WRONGTYPE ' .. KEYS[i] .. ' is not a list')
	end
end
for i = 3, #KEYS do
	if redis.call('LREM', KEYS[i], -1, ARGV[1]) == 1 then
		if ARGV[2] ~= '' then
			redis.call('DEL', KEYS[2])
			redis.call('LPUSH', KEYS[1], ARGV[2])
		end
		return 1
	end
end
return 0
