-- What would be saved in a month if calls stayed within the zone wherever the other end has pods there too?
WITH ends AS (
    SELECT DISTINCT dst_namespace AS namespace, dst_workload AS workload, dst_zone AS zone
    FROM pair_traffic
    WHERE dst_kind = 'pod' AND hour >= $until::TIMESTAMPTZ - INTERVAL 30 DAY AND hour < $until::TIMESTAMPTZ),
pairs AS (
    SELECT src_namespace, src_workload, src_zone, dst_namespace, dst_workload, sum(bytes) AS bytes, sum(dollars) AS dollars
    FROM pair_traffic
    WHERE cross_zone AND dst_kind = 'pod' AND hour >= $until::TIMESTAMPTZ - INTERVAL 30 DAY AND hour < $until::TIMESTAMPTZ
    GROUP BY src_namespace, src_workload, src_zone, dst_namespace, dst_workload)
SELECT dst_namespace, dst_workload, sum(dollars) AS dollars_now,
    coalesce(sum(dollars) FILTER (WHERE ends.zone IS NOT NULL), 0) AS dollars_saved, coalesce(sum(bytes) FILTER (WHERE ends.zone IS NOT NULL), 0) AS bytes_moved
FROM pairs LEFT JOIN ends ON ends.namespace = pairs.dst_namespace AND ends.workload = pairs.dst_workload AND ends.zone = pairs.src_zone
GROUP BY dst_namespace, dst_workload
ORDER BY dollars_saved DESC, dst_namespace, dst_workload
LIMIT 50
