-- Deletes binding tables that nobody has refreshed in time, unless a queue that does not
-- expire is bound there.
-- KEYS[1]  binding_deadlines  sorted set: exchange -> milliseconds since 1970
-- ARGV[1]  key of a binding table, without the exchange at its end
-- ARGV[2]  key of a set of permanent bindings, without the exchange at its end
-- ARGV[3]  how many to look at
-- Returns  how many were looked at

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local overdue = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, tonumber(ARGV[3]))
for _, exchange in ipairs(overdue) do
	if redis.call('EXISTS', ARGV[2] .. exchange) == 0 then
		redis.call('DEL', ARGV[1] .. exchange)
	end
	redis.call('ZREM', KEYS[1], exchange)
end
return #overdue
