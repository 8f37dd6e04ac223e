-- Forgets messages in flight.
-- KEYS[1]  unacked
-- KEYS[2]  unacked_index
-- ARGV[1]  ... delivery tags, at most 1000
-- Returns  how many were known

redis.call('ZREM', KEYS[2], unpack(ARGV))
return redis.call('HDEL', KEYS[1], unpack(ARGV))
