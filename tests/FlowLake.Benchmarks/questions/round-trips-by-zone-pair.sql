-- How long did round trips between zones take in the last day, hour by hour?
SELECT date_trunc('hour', window_start) AS hour, client_zone, server_zone,
    round(sum(srtt_us_sum) / sum(srtt_count), 1) AS mean_us, min(srtt_us_min) AS shortest_us, max(srtt_us_max) AS longest_us
FROM flows
WHERE srtt_count > 0 AND client_zone IS NOT NULL AND server_zone IS NOT NULL
    AND window_start >= $until::TIMESTAMPTZ - INTERVAL 1 DAY AND window_start < $until::TIMESTAMPTZ
GROUP BY ALL
ORDER BY hour, client_zone, server_zone
