-- Whose connects failed most in the last week, and towards whom?
SELECT client_namespace, client_workload, server_namespace, server_workload, server_port,
    sum(connections_failed) AS failed, sum(connections_opened) AS opened, count(DISTINCT client_pod) AS client_pods, max(window_start) AS last_seen
FROM flows
WHERE connections_failed > 0 AND window_start >= $until::TIMESTAMPTZ - INTERVAL 7 DAY AND window_start < $until::TIMESTAMPTZ
GROUP BY ALL
ORDER BY failed DESC, client_namespace, client_workload, server_namespace, server_workload, server_port
LIMIT 50
