-- Writes the binding of a queue that expires, and when its table may be swept away.
-- KEYS[1]  binding table
-- KEYS[2]  binding_deadlines  sorted set: exchange -> milliseconds since 1970
-- ARGV[1]  the binding
-- ARGV[2]  the exchange
-- ARGV[3]  for how many milliseconds to keep the table at least
-- Returns  1 if the binding is new, else 0

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
redis.call('ZADD', KEYS[2], 'GT', now + tonumber(ARGV[3]), ARGV[2])
return redis.call('SADD', KEYS[1], ARGV[1])
