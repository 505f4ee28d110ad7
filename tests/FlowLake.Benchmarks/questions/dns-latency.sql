-- How long did DNS answers take by the zones of both ends, hour by hour, in the last day?
SELECT date_trunc('hour', window_start) AS hour, client_zone, server_zone, sum(queries) AS queries, round(sum(latency_us_sum) / sum(latency_count), 1) AS mean_us, max(latency_us_max) AS longest_us
FROM dns
WHERE latency_count > 0 AND window_start >= $until::TIMESTAMPTZ - INTERVAL 1 DAY AND window_start < $until::TIMESTAMPTZ
GROUP BY ALL
ORDER BY hour, client_zone, server_zone
