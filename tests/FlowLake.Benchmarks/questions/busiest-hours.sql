-- Which hours of the last month were the busiest, and with what?
SELECT date, date_part('hour', window_start) AS hour, protocol, sum(bytes) AS bytes, sum(packets) AS packets, count(DISTINCT src_node) AS sending_nodes
FROM traffic
WHERE date >= ($until::TIMESTAMPTZ - INTERVAL 30 DAY)::DATE AND window_start < $until::TIMESTAMPTZ
GROUP BY ALL
ORDER BY bytes DESC, date, hour, protocol
LIMIT 24
