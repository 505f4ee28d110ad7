-- Which pairs of workloads are slow though both ends are in one zone (last six hours)?
SELECT client_namespace, client_workload, server_namespace, server_workload, client_zone AS zone,
    round(sum(srtt_us_sum) / sum(srtt_count), 1) AS mean_us, max(srtt_us_max) AS longest_us, sum(srtt_count) AS samples
FROM flows
WHERE client_zone = server_zone AND window_start >= $until::TIMESTAMPTZ - INTERVAL 6 HOUR AND window_start < $until::TIMESTAMPTZ
GROUP BY ALL
HAVING sum(srtt_count) >= 10
ORDER BY mean_us DESC, client_namespace, client_workload, server_namespace, server_workload, zone
LIMIT 20
