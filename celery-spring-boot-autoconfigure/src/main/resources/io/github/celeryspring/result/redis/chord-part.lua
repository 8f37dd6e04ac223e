-- Counts a task of a chord's header. Writes what Celery 5.7 writes; Celery before 5.7
-- counts the same parts. Running it again changes nothing.
--
-- KEYS[1]  .j, the parts: a sorted set or a list
-- KEYS[2]  .t, how many were added to the size
-- KEYS[3]  .s, the size
-- KEYS[4]  .d, who has returned
-- KEYS[5]  the structure of the group, if there is one
-- KEYS[6]  .c, whose turn it is to send the body, or 'done'
-- KEYS[7]  .o, whose turn it was first
-- ARGV[1]  who returns: task id and score
-- ARGV[2]  the part
-- ARGV[3]  what any part of this task begins with
-- ARGV[4]  the score
-- ARGV[5]  'zset' or 'list', unless there are parts already
-- ARGV[6]  expiry in seconds, 0 for none
-- ARGV[7]  how long the turn lasts, in seconds
-- Returns  { 1 if it is the caller's turn to send the body, else 0; the form of the parts }

local parts, added, size, returned, group, turn, owner = unpack(KEYS)
local who, part, head, score, form = unpack(ARGV)
local ttl = tonumber(ARGV[6])

local found = redis.call('TYPE', parts).ok
if found ~= 'none' then
	form = found
end
if redis.call('GET', turn) == 'done' then
	return { 0, form }
end

local function count()
	return redis.call(form == 'list' and 'LLEN' or 'ZCARD', parts)
end

-- Celery before 5.7 does not write down who has returned; then the parts must tell.
local function has_returned()
	if redis.call('SISMEMBER', returned, who) == 1 then
		return true
	end
	if redis.call('SCARD', returned) >= count() then
		return false
	end
	local others
	if form == 'list' then
		others = redis.call('LRANGE', parts, 0, -1)
	else
		others = redis.call('ZRANGEBYSCORE', parts, score, score)
	end
	for _, other in ipairs(others) do
		if string.sub(other, 1, #head) == head then
			return true
		end
	end
	return false
end

if not has_returned() then
	if form == 'list' then
		redis.call('RPUSH', parts, part)
	else
		redis.call('ZADD', parts, score, part)
	end
	redis.call('SADD', returned, who)
end
if ttl > 0 then
	for _, key in ipairs({ parts, added, size, returned, group }) do
		redis.call('EXPIRE', key, ttl)
	end
end

local wanted = redis.call('GET', size)
if not wanted or count() < tonumber(wanted) + tonumber(redis.call('GET', added) or 0) then
	return { 0, form }
end
local whose = redis.call('GET', turn)
if whose and whose ~= who then
	return { 0, form }
end
-- Either the body was sent, or the message of the first is still there and comes again.
local first = redis.call('GET', owner)
if first and first ~= who then
	return { 0, form }
end
redis.call('SET', turn, who, 'EX', ARGV[7])
if ttl > 0 then
	redis.call('SET', owner, who, 'EX', ttl)
else
	redis.call('SET', owner, who)
end
return { 1, form }
