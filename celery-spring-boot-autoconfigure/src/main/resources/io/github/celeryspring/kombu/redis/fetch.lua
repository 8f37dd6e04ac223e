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
-- Returns  { list, message, list, message, ... }: the messages with the number of their
--          list; the first has the first tag, and so on.
-- What is no JSON object would make an entry that kills whoever restores it, so it is
-- wrapped into a message that every peer can read, and nobody takes for a task.
-- A script is not rolled back when a command of it fails, so everything taken is put
-- back by hand then; ARGV[5] stays with the caller.

local limit, first = tonumber(ARGV[1]), tonumber(ARGV[3])
local queues = #ARGV - 5
local messages, lists = {}, {}
local popped, from = {}, {}

local function queue_of(list)
	return (list - 1) % queues
end

local function put_back(failure)
	for i = #popped, 1, -1 do
		redis.pcall('RPUSH', KEYS[2 + from[i]], popped[i])
	end
	return failure
end

local function tag(i)
	return ARGV[2] .. string.format('%012d', first + i - 1)
end

-- Each byte as a character, which is much faster here than base64.
local function latin1(data)
	local escapes = {}
	for i = 128, 255 do
		escapes[string.char(i)] = string.format('\\u%04x', i)
	end
	return (string.gsub(cjson.encode(data), '[\128-\255]', escapes))
end

local function wrapped(list, element)
	return '{"body": ' .. latin1(element) .. ', "content-encoding": "iso-8859-1", "content-type": '
		.. '"application/data", "headers": {"x-dead-letter-wrapped": true}, "properties": {"delivery_mode": 2, '
		.. '"delivery_info": {"exchange": "", "routing_key": ' .. ARGV[6 + queue_of(list)] .. '}, "priority": 0, '
		.. '"delivery_tag": "' .. redis.sha1hex(tag(#messages + 1)) .. '"}}'
end

local function accept(list, element)
	local object = string.byte(element, 1) == 123 and string.byte(element, -1) == 125
	if not object and not string.find(element, '^%s*{.*}%s*$') then
		element = wrapped(list, element)
	end
	messages[#messages + 1], lists[#lists + 1] = element, list
end

if ARGV[4] ~= '0' then
	accept(tonumber(ARGV[4]), ARGV[5])
end
for list = 1, #KEYS - 2 do
	local wanted = limit - #messages
	if wanted <= 0 then
		break
	end
	local elements = redis.pcall('RPOP', KEYS[2 + list], wanted)
	if type(elements) == 'table' then
		if elements.err then
			-- What other lists gave is delivered; the next fetch meets the error first.
			if #messages == 0 then
				return elements
			end
			break
		end
		for _, element in ipairs(elements) do
			popped[#popped + 1], from[#from + 1] = element, list
			accept(list, element)
		end
	end
end
if #messages == 0 then
	return {}
end

local time = redis.call('TIME')
local now = time[1] .. '.' .. string.format('%06d', time[2])
local index, entries, reply = {}, {}, {}
for i, message in ipairs(messages) do
	index[2 * i - 1], index[2 * i] = now, tag(i)
	entries[2 * i - 1] = index[2 * i]
	entries[2 * i] = '[' .. message .. ', "", ' .. ARGV[6 + queue_of(lists[i])] .. ']'
	reply[2 * i - 1], reply[2 * i] = lists[i], message
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
	return put_back(recorded)
end
return reply
