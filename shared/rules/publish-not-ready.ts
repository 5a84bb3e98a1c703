// A Service sends requests to pods that are being stopped, until they are gone.
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'publish-not-ready',
  subject: 'service',
  severity: 'warning',
  default: 'on',
  since: '0.1.0',
  summary: '`publishNotReadyAddresses` on a Service that takes traffic keeps pods that are stopped in rotation.',
  why: `Usually a pod that is deleted is no longer \`ready\` in the endpoints of its Services, and routers stop sending it
requests. With \`publishNotReadyAddresses: true\` it stays \`ready\` until it is gone: requests arrive at a container that
has been told to stop, for as long as it takes, and no preStop delay is long enough. Pods that have not become ready yet
get requests too.

The field is for headless Services by which the members of a cluster find each other. Traffic needs a Service of its
own, without it.`,
  fix: 'always',
  fixSafety: 'Members that find each other by this Service no longer see those that are not ready yet.',
  references: [
    'https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/#ServiceSpec',
    'https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#conditions',
  ],
  *check({ name, headless, routers, publishesNotReady }) {
    if (!publishesNotReady || FOR_MEMBERS.test(name)) return;
    const route = routers.find(({ kind }) => kind !== 'kubeProxy');
    // Members ask for each other's addresses; only a router in front makes it a Service for clients.
    if (headless && !route) return;
    const removal = publishesNotReady.remove();
    yield {
      at: publishesNotReady.at,
      message: `\`${name}\` goes on sending requests to pods that have been told to stop, until they are gone: no preStop delay helps`,
      related: route ? [{ at: route.at, message: `${route.name} sends requests to it` }] : [],
      fixes: removal.ok
        ? [{ title: 'Publish only the pods that are ready', safety: 'unsafe', edits: removal.edits }]
        : [],
    };
  },
});

/** What people call the Services that are for the members alone. */
const FOR_MEMBERS = /(?:^|-)(?:headless|hl|peers?|internal|discovery|gossip|cluster|members?|bootstrap|nodes)(?:-|$)/;
