-- Which zone sent how much to which in the last day, hour by hour, and what did it cost?
SELECT hour, src_zone, dst_zone, sum(bytes) AS bytes, sum(dollars) AS dollars
FROM zone_traffic
WHERE hour >= $until::TIMESTAMPTZ - INTERVAL 1 DAY AND hour < $until::TIMESTAMPTZ
GROUP BY hour, src_zone, dst_zone
ORDER BY hour, src_zone, dst_zone
