-- What did each namespace's traffic across zones cost in the last month, and which share of its bytes crossed?
SELECT src_namespace AS namespace, sum(dollars) AS dollars, sum(bytes) AS bytes,
    round(100.0 * sum(CASE WHEN cross_zone THEN bytes ELSE 0 END) / sum(bytes), 1) AS cross_zone_percent
FROM pair_traffic
WHERE src_namespace IS NOT NULL AND hour >= $until::TIMESTAMPTZ - INTERVAL 30 DAY AND hour < $until::TIMESTAMPTZ
GROUP BY src_namespace
ORDER BY dollars DESC, namespace
