-- Which workloads exchanged most with the world outside in the last week?
SELECT CASE WHEN dst_kind = 'external' THEN src_namespace ELSE dst_namespace END AS namespace,
    CASE WHEN dst_kind = 'external' THEN src_workload ELSE dst_workload END AS workload,
    sum(bytes) FILTER (WHERE dst_kind = 'external') AS bytes_out, sum(bytes) FILTER (WHERE src_kind = 'external') AS bytes_in
FROM traffic
WHERE (src_kind = 'external' OR dst_kind = 'external') AND window_start >= $until::TIMESTAMPTZ - INTERVAL 7 DAY AND window_start < $until::TIMESTAMPTZ
GROUP BY ALL
ORDER BY coalesce(bytes_out, 0) + coalesce(bytes_in, 0) DESC, namespace, workload
LIMIT 20
