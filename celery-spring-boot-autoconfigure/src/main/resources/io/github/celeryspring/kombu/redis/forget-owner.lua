-- Removes the record of an owner, unless it has written another one.
-- KEYS[1]  owners
-- ARGV[1]  prefix of the owner's delivery tags
-- ARGV[2]  the record
-- Returns  1 if removed, else 0

if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then
	return redis.call('HDEL', KEYS[1], ARGV[1])
end
return 0
