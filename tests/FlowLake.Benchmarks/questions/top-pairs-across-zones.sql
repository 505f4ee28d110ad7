-- Which pairs of workloads cost most across zones in the last week?
SELECT src_namespace, src_workload, dst_namespace, dst_workload, sum(bytes) AS bytes, sum(dollars) AS dollars
FROM pair_traffic
WHERE cross_zone AND hour >= $until::TIMESTAMPTZ - INTERVAL 7 DAY AND hour < $until::TIMESTAMPTZ
GROUP BY src_namespace, src_workload, dst_namespace, dst_workload
ORDER BY dollars DESC, src_namespace, src_workload, dst_namespace, dst_workload
LIMIT 20
