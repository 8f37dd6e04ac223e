-- Tells that owners live, and reads who else does.
-- KEYS[1]  owners            hash: prefix of delivery tags -> record
-- ARGV[1]  1 to read all records, else 0
-- ARGV[2]  ... prefix, record without its time, prefix, record, ...
-- Returns  { created, prefix, record, prefix, record, ... }: how many of ARGV's had no
--          record, then all records
-- A record begins with the time of the server, which makes it another one each time.
-- Deleting comes first because a Redis that is out of memory would refuse to set.

local time = redis.call('TIME')
local now = time[1] .. '.' .. string.format('%06d', time[2])
local reply = { 0 }
for i = 2, #ARGV, 2 do
	reply[1] = reply[1] + 1 - redis.call('HDEL', KEYS[1], ARGV[i])
	redis.call('HSET', KEYS[1], ARGV[i], now .. ' ' .. ARGV[i + 1])
end
if ARGV[1] == '1' then
	for _, text in ipairs(redis.call('HGETALL', KEYS[1])) do
		reply[#reply + 1] = text
	end
end
return reply
