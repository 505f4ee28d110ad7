-- Whom did one pod talk with in the last day, in which role, and how much?
SELECT CASE WHEN client_pod = $pod THEN 'client' ELSE 'server' END AS role,
    CASE WHEN client_pod = $pod THEN coalesce(server_pod, server_service, server_ip) ELSE coalesce(client_pod, client_ip) END AS peer,
    CASE WHEN client_pod = $pod THEN server_zone ELSE client_zone END AS peer_zone,
    server_port, sum(bytes_to_server + bytes_to_client) AS bytes, sum(connections_opened) AS connections
FROM flows
WHERE (client_pod = $pod OR server_pod = $pod) AND window_start >= $until::TIMESTAMPTZ - INTERVAL 1 DAY AND window_start < $until::TIMESTAMPTZ
GROUP BY ALL
ORDER BY bytes DESC, role, peer, peer_zone, server_port
