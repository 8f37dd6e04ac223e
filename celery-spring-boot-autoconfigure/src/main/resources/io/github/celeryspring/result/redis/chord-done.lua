-- Forgets a chord whose body was sent, unless somebody else took over meanwhile.
--
-- KEYS[1]  .c, whose turn it is
-- KEYS[2]  ... .j, .t, .s, .d, .o
-- ARGV[1]  who sent the body
-- ARGV[2]  how long to remember that, in seconds
-- Returns  1 if forgotten, else 0

local whose = redis.call('GET', KEYS[1])
if whose and whose ~= ARGV[1] then
	return 0
end
redis.call('DEL', KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6])
redis.call('SET', KEYS[1], 'done', 'EX', ARGV[2])
return 1
