const http = require('node:http');

let stopping = false;
const server = http.createServer((request, response) => {
  const ms = Number(new URL(request.url, 'http://app').searchParams.get('ms') ?? 0);
  setTimeout(() => {
    // Otherwise a busy connection is never idle, and the server never ends.
    if (stopping) response.setHeader('Connection', 'close');
    response.end('ok\n');
  }, ms);
});
server.keepAliveTimeout = 60_000;
server.listen(8000);

process.on('SIGTERM', () => {
  stopping = true;
  server.close(() => process.exit(0));
});
