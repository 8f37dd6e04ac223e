-- Renews leases.
-- KEYS[1]  unacked_index
-- ARGV[1]  ... delivery tags, at most 1000
-- Returns  the numbers (from 1) of the tags that are there no more

local time = redis.call('TIME')
local now = time[1] .. '.' .. string.format('%06d', time[2])
local lost, arguments = {}, {}
for i, tag in ipairs(ARGV) do
	arguments[2 * i - 1], arguments[2 * i] = now, tag
end
if redis.call('ZADD', KEYS[1], 'XX', 'CH', unpack(arguments)) < #ARGV then
	for i, tag in ipairs(ARGV) do
		if not redis.call('ZSCORE', KEYS[1], tag) then
			lost[#lost + 1] = i
		end
	end
end
return lost
