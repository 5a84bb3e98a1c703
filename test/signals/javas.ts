// Servers in Java, which start slowly.
import { type Setup, slowly, UPSTREAM } from './setup.ts';

const TOMCAT_HOME = '/usr/share/tomcat10';

const serverXml = (port: number, waits: string) => `<Server port="-1">
  <Service name="Catalina"${waits}>
    <Connector port="${port}" address="127.0.0.1"/>
    <Engine name="Catalina" defaultHost="localhost"><Host name="localhost" appBase="webapps"/></Engine>
  </Service>
</Server>
`;

const JSP = '<% Thread.sleep(Integer.parseInt(request.getParameter("ms"))); %>ok\n';

const TOMCAT = {
  id: 'tomcat',
  packages: ['tomcat10'],
  env: { CATALINA_HOME: TOMCAT_HOME, CATALINA_BASE: '/srv', CATALINA_TMPDIR: '/srv/temp' },
  prepare: [
    ...['sh', '-c'],
    'mkdir -p conf webapps/ROOT temp work logs && cp /etc/tomcat10/web.xml conf && mv server.xml conf && mv index.jsp webapps/ROOT',
  ],
  words: () => [`${TOMCAT_HOME}/bin/catalina.sh`, 'run'],
  patience: 15,
};
const tomcat = (port: number, waits: string) => ({ 'server.xml': serverXml(port, waits), 'index.jsp': JSP });

/** It is asked as a proxy. */
const JETTY = {
  id: 'jetty',
  packages: ['jetty9'],
  client: (port: number, milliseconds: number) => {
    const request = `GET http://127.0.0.1:${UPSTREAM}/?ms=${milliseconds} HTTP/1.1\\r\\nHost: 127.0.0.1:${UPSTREAM}\\r\\nConnection: close\\r\\n\\r\\n`;
    return slowly(port, 0, request, '', 'ok\\n');
  },
  patience: 40,
};
const jetty = (port: number, modules: string) => [
  ...[
    'java',
    '-Djetty.home=/usr/share/jetty9',
    '-jar',
    '/usr/share/jetty9/start.jar',
    'jetty.base=/srv',
    'jetty.http.host=127.0.0.1',
  ],
  ...[`jetty.http.port=${port}`, `--module=${modules}`],
];

export const JAVAS: readonly Setup[] = [
  { ...TOMCAT, variant: 'as it comes', files: (port) => tomcat(port, '') },
  {
    ...TOMCAT,
    variant: 'gracefulStopAwaitMillis',
    configured: true,
    files: (port) => tomcat(port, ' gracefulStopAwaitMillis="10000"'),
  },
  { ...JETTY, variant: 'as it comes', words: (port) => jetty(port, 'http,proxy') },
  { ...JETTY, variant: 'statistics handler', configured: true, words: (port) => jetty(port, 'http,proxy,stats') },
];
