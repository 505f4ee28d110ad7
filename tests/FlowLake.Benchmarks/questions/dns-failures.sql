-- Whose DNS queries fail, how, and for which names most often (last day)?
SELECT client_namespace, client_workload, coalesce(response_code, 'no answer') AS outcome, sum(queries) AS failed, count(DISTINCT query_name) AS names, max(window_start) AS last_seen
FROM dns
WHERE response_code IS DISTINCT FROM 'NOERROR' AND window_start >= $until::TIMESTAMPTZ - INTERVAL 1 DAY AND window_start < $until::TIMESTAMPTZ
GROUP BY ALL
ORDER BY failed DESC, client_namespace, client_workload, outcome
LIMIT 50
