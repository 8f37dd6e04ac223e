-- Reads letters without taking them.
-- KEYS     the lists of a dead-letter queue, read as one after the other
-- ARGV[1]  newest or oldest: which to begin with
-- ARGV[2]  how many to skip
-- ARGV[3]  how many at most
-- Returns  the letters; fewer, but at least one, if they are more than 4 MB

local sizes, total = {}, 0
for i, list in ipairs(KEYS) do
	sizes[i] = redis.call('LLEN', list)
	total = total + sizes[i]
end

local function letter(index)
	for i, list in ipairs(KEYS) do
		if index < sizes[i] then
			return redis.call('LINDEX', list, index)
		end
		index = index - sizes[i]
	end
end

local skip = tonumber(ARGV[2])
local letters, bytes = {}, 0
for i = skip, math.min(total, skip + tonumber(ARGV[3])) - 1 do
	letters[#letters + 1] = letter((ARGV[1] == 'newest') and i or (total - 1 - i))
	bytes = bytes + #letters[#letters]
	if bytes > 4194304 then
		break
	end
end
return letters
