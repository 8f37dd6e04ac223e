-- Deletes lists.
-- KEYS[1]  ... the lists
-- Returns  how many elements they had

local count = 0
for _, list in ipairs(KEYS) do
	count = count + redis.call('LLEN', list)
end
redis.call('DEL', unpack(KEYS))
return count
