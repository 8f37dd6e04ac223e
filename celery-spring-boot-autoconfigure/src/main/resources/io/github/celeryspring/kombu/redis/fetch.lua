-- Takes messages and records them as unacknowledged in one step.
-- KEYS[1]  unacked           hash: delivery tag -> [envelope, exchange, routing key]
-- KEYS[2]  unacked_index     sorted set: delivery tag -> time of the lease
-- KEYS[3]  ... the lists in the order to serve them: every queue of the first
--          priority step, then every queue of the next
-- ARGV[1]  how many messages at most (not above 128)
-- ARGV[2]  prefix of the delivery tags
-- ARGV[3]  number of the first delivery tag
-- ARGV[4]  number (from 1) of the list that ARGV[5] was popped from before, or 0
-- ARGV[5]  that message, or empty
-- ARGV[6]  ... the names of the queues as JSON strings, in the order of KEYS[3]
-- Returns  { poison, list, message, list, message, ... }: how many elements that are no
--          JSON objects went to <queue>.dlq, then the messages with the number of their
--          list; the first has the first tag, and so on.
-- A script is not rolled back when a command of it fails, so everything taken is put
-- back by hand then; ARGV[5] stays with the caller. When there is nothing, EXISTS makes CLIENT TRACKING watch the lists.

local limit, first = tonumber(ARGV[1]), tonumber(ARGV[3])
local queues = #ARGV - 5
local messages, lists = {}, {}
local popped, from = {}, {}
local poison, failure = 0, nil

local function queue_of(list)
	return (list - 1) % queues
end

local function put_back()
	for i = #popped, 1, -1 do
		redis.pcall('RPUSH', KEYS[2 + from[i]], popped[i])
	end
	return failure
end

-- Whether the message is out of our hands, which is so for poison only.
local function accept(list, message)
	local object = string.byte(message, 1) == 123 and string.byte(message, -1) == 125
	if object or string.find(message, '^%s*{.*}%s*$') then
		messages[#messages + 1] = message
		lists[#lists + 1] = list
		return false
	end
	local dlq = KEYS[3 + queue_of(list)] .. '.dlq'
	local pushed = redis.pcall('LPUSH', dlq, message)
	if type(pushed) == 'table' then
		failure = failure or pushed
		return false
	end
	redis.call('LTRIM', dlq, 0, 9999)
	poison = poison + 1
	return true
end

if ARGV[4] ~= '0' then
	accept(tonumber(ARGV[4]), ARGV[5])
end
for list = 1, #KEYS - 2 do
	local wanted = limit - #messages - poison
	if wanted <= 0 or failure then
		break
	end
	local elements = redis.pcall('RPOP', KEYS[2 + list], wanted)
	if type(elements) == 'table' then
		if elements.err then
			-- What other lists gave is delivered; the next fetch meets the error first.
			if #messages == 0 and poison == 0 then
				return elements
			end
			break
		end
		for _, message in ipairs(elements) do
			if not accept(list, message) then
				popped[#popped + 1], from[#from + 1] = message, list
			end
		end
	end
end
if failure then
	return put_back()
end
if #messages == 0 then
	if poison == 0 then
		redis.call('EXISTS', unpack(KEYS, 3))
	end
	return { poison }
end

local time = redis.call('TIME')
local now = time[1] .. '.' .. string.format('%06d', time[2])
local index, entries, reply = {}, {}, { poison }
for i, message in ipairs(messages) do
	local tag = ARGV[2] .. string.format('%012d', first + i - 1)
	index[2 * i - 1], index[2 * i] = now, tag
	entries[2 * i - 1] = tag
	entries[2 * i] = '[' .. message .. ', "", ' .. ARGV[6 + queue_of(lists[i])] .. ']'
	reply[2 * i], reply[2 * i + 1] = lists[i], message
end
local recorded = redis.pcall('ZADD', KEYS[2], unpack(index))
if type(recorded) ~= 'table' then
	recorded = redis.pcall('HSET', KEYS[1], unpack(entries))
	if type(recorded) == 'table' then
		for i = 2, #index, 2 do
			redis.pcall('ZREM', KEYS[2], index[i])
		end
	end
end
if type(recorded) == 'table' then
	failure = recorded
	return put_back()
end
return reply
