// The applications behind the servers: each answers `/?ms=N` after N milliseconds. They take the place of an example's own,
// which answers at once.

export const RACK = `run ->(env) { sleep(env['QUERY_STRING'].to_s[/\\d+/].to_i / 1000.0); [200, { 'content-type' => 'text/plain' }, ["ok\\n"]] }
`;

/** PHP's `sleep` is cut short by a signal, so it counts the time itself. */
export const PHP = `<?php
$until = microtime(true) + (int) ($_GET['ms'] ?? 0) / 1000;
while (microtime(true) < $until) usleep(2000);
echo "ok\\n";
`;
