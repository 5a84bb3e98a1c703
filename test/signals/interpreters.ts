// Servers that an interpreter runs, which do nothing about signals, and one in Java that does. Each waits as long as its
// request says.
import type { Setup } from './setup.ts';

const NODE = `const http = require('node:http');
http.createServer((request, response) => {
  const ms = Number(new URL(request.url, 'http://x').searchParams.get('ms'));
  setTimeout(() => response.end('ok\\n'), ms);
}).listen(Number(process.argv[2]), '127.0.0.1');
`;

const PYTHON = `import sys, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(int(self.path[5:] or 0) / 1000)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'ok\\n')
ThreadingHTTPServer(('127.0.0.1', int(sys.argv[1])), Handler).serve_forever()
`;

const RUBY_SERVER = `require 'socket'
server = TCPServer.new('127.0.0.1', ARGV[0].to_i)
loop do
  Thread.new(server.accept) do |client|
    ms = client.gets.to_s[/\\d+/].to_i
    sleep(ms / 1000.0)
    client.write("HTTP/1.1 200 OK\\r\\ncontent-length: 3\\r\\nconnection: close\\r\\n\\r\\nok\\n")
    client.close
  end
end
`;

/** It serves one after the other. */
const PHP = `<?php
$server = stream_socket_server("tcp://127.0.0.1:$argv[1]");
while (true) {
    $client = @stream_socket_accept($server, 60);
    if (!$client) continue;
    $ms = preg_match('/\\d+/', fgets($client), $found) ? (int) $found[0] : 0;
    $until = microtime(true) + $ms / 1000;
    while (microtime(true) < $until) usleep(2000);
    fwrite($client, "HTTP/1.1 200 OK\\r\\ncontent-length: 3\\r\\nconnection: close\\r\\n\\r\\nok\\n");
    stream_socket_shutdown($client, STREAM_SHUT_WR);
}
`;

const java = (hook: string) => `import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
public class Server {
  public static void main(String[] words) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(words[0])), 0);
    server.setExecutor(Executors.newFixedThreadPool(4));
    server.createContext("/", (exchange) -> {
      try { Thread.sleep(Integer.parseInt(exchange.getRequestURI().getQuery().substring(3))); } catch (InterruptedException e) { }
      exchange.sendResponseHeaders(200, 3);
      exchange.getResponseBody().write("ok\\n".getBytes());
      exchange.close();
    });
    ${hook}
    server.start();
  }
}
`;

const JAVA = {
  id: 'java',
  packages: ['openjdk-17-jdk-headless'],
  words: (port: number) => ['java', 'Server.java', `${port}`],
};

export const INTERPRETERS: readonly Setup[] = [
  {
    id: 'node',
    variant: 'no handler',
    packages: [],
    files: () => ({ 'server.js': NODE }),
    words: (port) => [process.execPath, 'server.js', `${port}`],
  },
  {
    id: 'python',
    variant: 'no handler',
    packages: ['python3'],
    files: () => ({ 'server.py': PYTHON }),
    words: (port) => ['/usr/bin/python3', 'server.py', `${port}`],
  },
  {
    id: 'ruby',
    variant: 'no handler',
    packages: ['ruby'],
    files: () => ({ 'server.rb': RUBY_SERVER }),
    words: (port) => ['ruby', 'server.rb', `${port}`],
  },
  {
    id: 'php',
    variant: 'no handler',
    packages: ['php8.2-cli'],
    files: () => ({ 'server.php': PHP }),
    words: (port) => ['php8.2', 'server.php', `${port}`],
  },
  { ...JAVA, variant: 'no hook', files: () => ({ 'Server.java': java('') }) },
  {
    ...JAVA,
    variant: 'shutdown hook',
    configured: true,
    files: () => ({
      'Server.java': java('Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(5)));'),
    }),
  },
];
