-- Stores result documents and tells those who wait. A stored SUCCESS is final: it is
-- left as it is, and nothing is published. Running it again changes nothing.
--
-- KEYS[i]     key of the document, and name of its channel
-- ARGV[1]     expiry in seconds, 0 for none
-- ARGV[i + 1] the document
-- returns     how many documents were stored; an error that Redis gives is handed on
--             as it is (OOM, READONLY, WRONGTYPE), the documents before it are stored
local ttl = tonumber(ARGV[1])
local stored = 0

local function failed(reply)
  return type(reply) == 'table' and reply.err
end

local function set(key, document, condition)
  if ttl > 0 and condition then
    return redis.pcall('SET', key, document, 'EX', ttl, condition)
  elseif ttl > 0 then
    return redis.pcall('SETEX', key, ttl, document)
  elseif condition then
    return redis.pcall('SET', key, document, condition)
  end
  return redis.pcall('SET', key, document)
end

local function succeeded(key)
  local head = redis.pcall('GETRANGE', key, 0, 63)
  if failed(head) then
    return head
  end
  local status = string.match(head, '^{%s*"status"%s*:%s*"([^"\\]*)"')
  if not status and string.match(head, '^%s*{') then
    -- Another writer, another order of keys.
    local parsed, document = pcall(cjson.decode, redis.call('GET', key))
    status = parsed and type(document) == 'table' and document.status
  end
  return status == 'SUCCESS'
end

for i, key in ipairs(KEYS) do
  local document = ARGV[i + 1]
  local reply = set(key, document, 'NX')
  if not reply then
    local final = succeeded(key)
    if failed(final) then
      return final
    end
    if final then
      reply = false
    else
      reply = set(key, document)
    end
  end
  if failed(reply) then
    return reply
  end
  if reply then
    local published = redis.pcall('PUBLISH', key, document)
    if failed(published) then
      return published
    end
    stored = stored + 1
  end
end
return stored
