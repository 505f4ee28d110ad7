-- Why did kernels drop packets in the last week, on which nodes, and whose were they?
SELECT reason, protocol, node, namespace, workload, sum(packets) AS packets, sum(bytes) AS bytes, min(window_start) AS first_seen, max(window_start) AS last_seen
FROM drops
WHERE window_start >= $until::TIMESTAMPTZ - INTERVAL 7 DAY AND window_start < $until::TIMESTAMPTZ
GROUP BY ALL
ORDER BY packets DESC, reason, protocol, node, namespace, workload
LIMIT 100
