-- Whose traffic across zones became dearer: this week against the week before?
WITH weeks AS (
    SELECT src_namespace, src_workload,
        sum(dollars) FILTER (WHERE hour >= $until::TIMESTAMPTZ - INTERVAL 7 DAY) AS this_week,
        sum(dollars) FILTER (WHERE hour < $until::TIMESTAMPTZ - INTERVAL 7 DAY) AS week_before
    FROM pair_traffic
    WHERE cross_zone AND hour >= $until::TIMESTAMPTZ - INTERVAL 14 DAY AND hour < $until::TIMESTAMPTZ
    GROUP BY src_namespace, src_workload)
SELECT src_namespace, src_workload, this_week, week_before, coalesce(this_week, 0) - coalesce(week_before, 0) AS growth
FROM weeks
ORDER BY growth DESC, src_namespace, src_workload
LIMIT 20
