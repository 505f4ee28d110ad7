-- Which nodes were not observed in which hours of the last week, though others were?
WITH observed AS (
    SELECT node, zone, window_start
    FROM coverage
    WHERE reason = 'observed' AND window_start >= $until::TIMESTAMPTZ - INTERVAL 7 DAY AND window_start < $until::TIMESTAMPTZ),
nodes AS (SELECT node, min(window_start) AS first_seen, max(window_start) AS last_seen FROM observed GROUP BY node),
windows AS (SELECT DISTINCT window_start FROM observed)
SELECT nodes.node, date_trunc('hour', windows.window_start) AS hour, count(*) AS windows_missing
FROM nodes JOIN windows ON windows.window_start BETWEEN nodes.first_seen AND nodes.last_seen
WHERE NOT EXISTS (SELECT 1 FROM observed WHERE observed.node = nodes.node AND observed.window_start = windows.window_start)
GROUP BY ALL
ORDER BY hour, node
