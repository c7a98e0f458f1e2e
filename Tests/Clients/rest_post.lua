-- For wrk: POST of JSON records to a REST Proxy. Behind `--` stand how many records a request has, how many requests are
-- sent before their answers are waited for, and the value of a record as JSON.
init = function(args)
    local records, depth, value = tonumber(args[1]), tonumber(args[2]), args[3]
    local record = '{"value":' .. value .. '}'
    local body = '{"records":[' .. string.rep(record .. ',', records - 1) .. record .. ']}'
    wrk.method = "POST"
    wrk.headers["Content-Type"] = "application/vnd.kafka.json.v2+json"
    request_bytes = string.rep(wrk.format("POST", nil, nil, body), depth)
end

request = function()
    return request_bytes
end

-- A refused record is told within an answer 200.
response = nil
