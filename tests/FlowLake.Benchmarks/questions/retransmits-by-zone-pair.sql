-- Between which zones was data sent again or lost in the last week?
SELECT client_zone, server_zone, sum(packets_to_server + packets_to_client) AS packets, sum(retransmits) AS retransmits, sum(segments_lost) AS segments_lost,
    sum(rto_count) AS timeouts, sum(rto_time_us) / 1000 AS timeout_ms, round(1000000.0 * sum(retransmits) / sum(packets_to_server + packets_to_client), 3) AS retransmits_per_million
FROM flows
WHERE protocol = 'tcp' AND window_start >= $until::TIMESTAMPTZ - INTERVAL 7 DAY AND window_start < $until::TIMESTAMPTZ
GROUP BY client_zone, server_zone
ORDER BY client_zone, server_zone
