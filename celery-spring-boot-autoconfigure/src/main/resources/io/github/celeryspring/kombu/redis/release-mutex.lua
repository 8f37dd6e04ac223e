-- Gives a lock back, unless it has expired and is another's now.
-- KEYS[1]  the lock
-- ARGV[1]  the token of its owner
-- Returns  1 if given back, else 0

if redis.call('GET', KEYS[1]) == ARGV[1] then
	return redis.call('DEL', KEYS[1])
end
return 0
