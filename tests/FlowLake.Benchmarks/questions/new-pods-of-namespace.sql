-- Which pods did a namespace's pods call in the last day that nobody of it called the day before?
WITH called AS (
    SELECT server_namespace, server_pod, server_port, min(window_start) AS first_seen, sum(connections_opened) AS connections
    FROM flows
    WHERE client_namespace = $namespace AND server_pod IS NOT NULL AND window_start >= $until::TIMESTAMPTZ - INTERVAL 2 DAY AND window_start < $until::TIMESTAMPTZ
    GROUP BY server_namespace, server_pod, server_port)
SELECT server_namespace, server_pod, server_port, first_seen, connections
FROM called
WHERE first_seen >= $until::TIMESTAMPTZ - INTERVAL 1 DAY
ORDER BY first_seen, server_namespace, server_pod, server_port
