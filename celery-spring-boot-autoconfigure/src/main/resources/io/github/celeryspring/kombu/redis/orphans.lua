-- Looks through the leases of the time when an owner died for those of that owner, the
-- latest first. Parked messages are nobody's.
-- KEYS[1]  unacked_index
-- KEYS[2]  owners
-- ARGV[1]  prefix of the owner's delivery tags
-- ARGV[2]  its record, which begins with the time at which it was written
-- ARGV[3]  for how many seconds before that time a lease may be without renewal
-- ARGV[4]  the lease to go on with, or empty
-- ARGV[5]  how many leases of just that time to skip
-- ARGV[6]  how many leases to look at
-- Returns  { more, lease, skip, tag, lease, tag, lease, ... }: 1 if there may be more,
--          ARGV[4] and ARGV[5] of the next call, then what was found; { -1 } if the
--          record is another one now

if redis.call('HGET', KEYS[2], ARGV[1]) ~= ARGV[2] then
	return { -1 }
end
local written = tonumber(string.match(ARGV[2], '^%S+'))
local lease, skip = ARGV[4], tonumber(ARGV[5])
if lease == '' then
	local time = redis.call('TIME')
	-- After a fail-over the clock may be behind.
	lease = string.format('%.6f', math.max(tonumber(time[1]) + 1, written + 60))
end
local floor = string.format('%.6f', written - tonumber(ARGV[3]))
local found = redis.call('ZREVRANGEBYSCORE', KEYS[1], lease, floor, 'WITHSCORES', 'LIMIT', skip, tonumber(ARGV[6]))
local reply = { #found == 2 * tonumber(ARGV[6]) and 1 or 0, lease, skip }
for i = 1, #found, 2 do
	local tag = found[i]
	if found[i + 1] == lease then
		skip = skip + 1
	else
		lease, skip = found[i + 1], 1
	end
	if string.sub(tag, 1, #ARGV[1]) == ARGV[1] and string.sub(tag, -7) ~= ':parked' then
		reply[#reply + 1] = tag
		reply[#reply + 1] = lease
	end
end
reply[2], reply[3] = lease, skip
return reply
