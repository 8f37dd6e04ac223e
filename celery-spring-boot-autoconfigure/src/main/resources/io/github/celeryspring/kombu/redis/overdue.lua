-- Reads messages whose lease has run out, the latest first, as kombu's sweep does.
-- KEYS[1]  unacked
-- KEYS[2]  unacked_index
-- ARGV[1]  visibility_timeout in seconds
-- ARGV[2]  the ceiling returned by the first call of this sweep, or empty
-- ARGV[3]  how many to skip
-- ARGV[4]  how many at most
-- Returns  { ceiling, overdue, next, tag, entry, tag, entry, ... }: the latest lease that
--          has run out, how many have, in how many milliseconds the next one will
--          (-1: none), then tags and entries (false for an entry that is not there)
-- Stops early after 4 MB.

local time = redis.call('TIME')
local seconds = tonumber(time[1]) + tonumber(time[2]) / 1000000
local ceiling = ARGV[2]
if ceiling == '' then
	ceiling = string.format('%.6f', seconds - tonumber(ARGV[1]))
end
local reply = { ceiling, redis.call('ZCOUNT', KEYS[2], '-inf', ceiling), -1 }
local following = redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. ceiling, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
if following[2] then
	reply[3] = math.max(0, math.ceil((tonumber(following[2]) + tonumber(ARGV[1]) - seconds) * 1000))
end
local bytes = 0
local tags = redis.call('ZREVRANGEBYSCORE', KEYS[2], ceiling, '-inf', 'LIMIT', tonumber(ARGV[3]), tonumber(ARGV[4]))
for _, tag in ipairs(tags) do
	if bytes > 4194304 then
		break
	end
	local entry = redis.call('HGET', KEYS[1], tag)
	reply[#reply + 1] = tag
	reply[#reply + 1] = entry
	bytes = bytes + (entry and #entry or 0)
end
return reply
