-- Moves a message in flight back to one or more lists, unless somebody else settled it.
-- KEYS[1]  unacked
-- KEYS[2]  unacked_index
-- KEYS[3]  ... the lists
-- ARGV[1]  delivery tag
-- ARGV[2]  what to push
-- ARGV[3]  LPUSH (as the last to be taken) or RPUSH (as the next)
-- ARGV[4]  empty, or the latest time of the lease at which to do it
-- Returns  1 if moved, else 0
-- Types are looked at first because a script is not rolled back. Deleting comes before
-- pushing because a Redis that is out of memory refuses only a push that comes first.

if ARGV[4] ~= '' then
	local lease = redis.call('ZSCORE', KEYS[2], ARGV[1])
	if not lease or tonumber(lease) > tonumber(ARGV[4]) then
		return 0
	end
end
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
for i = 3, #KEYS do
	redis.call(ARGV[3], KEYS[i], ARGV[2])
end
return 1
