-- Which pairs of workloads talk since yesterday, or from a zone to another, that did not in the week before?
SELECT src_namespace, src_workload, src_zone, dst_namespace, dst_workload, dst_zone, min(hour) AS first_seen, sum(bytes) AS bytes
FROM pair_traffic AS recent
WHERE hour >= $until::TIMESTAMPTZ - INTERVAL 1 DAY AND hour < $until::TIMESTAMPTZ
    AND NOT EXISTS (
        SELECT 1 FROM pair_traffic AS earlier
        WHERE earlier.hour >= $until::TIMESTAMPTZ - INTERVAL 8 DAY AND earlier.hour < $until::TIMESTAMPTZ - INTERVAL 1 DAY
            AND earlier.src_namespace IS NOT DISTINCT FROM recent.src_namespace AND earlier.src_workload IS NOT DISTINCT FROM recent.src_workload AND earlier.src_zone IS NOT DISTINCT FROM recent.src_zone
            AND earlier.dst_namespace IS NOT DISTINCT FROM recent.dst_namespace AND earlier.dst_workload IS NOT DISTINCT FROM recent.dst_workload AND earlier.dst_zone IS NOT DISTINCT FROM recent.dst_zone)
GROUP BY ALL
ORDER BY bytes DESC, src_namespace, src_workload, src_zone, dst_namespace, dst_workload, dst_zone
LIMIT 100
