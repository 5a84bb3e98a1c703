// Tells by its name whether an image is one whose stop loses no client's request. Data stands in imageRoles.json.
import data from './imageRoles.json';

/** `store`: a database, a queue, a cache. `helper`: a mesh proxy, a log agent, an exporter. */
export type ImageRole = 'store' | 'helper';

const ROLES: readonly (readonly [ImageRole, RegExp])[] = [
  ['store', pattern(data.stores)],
  ['helper', pattern(data.helpers)],
];

/** The role of a reference such as `registry:5000/bitnami/redis:7` or of a container's name; none is known of most. */
export function imageRole(reference: string): ImageRole | undefined {
  const name = reference.replace(/@.*$/, '').replace(/^.*\//, '').replace(/:.*$/, '');
  return ROLES.find(([, names]) => names.test(name))?.[0];
}

/** Whether a port belongs to a store's own protocol. */
export function isStorePort(port: number): boolean {
  return STORE_PORTS.has(port);
}

const STORE_PORTS = new Set(data.storePorts);

function pattern(names: readonly string[]): RegExp {
  const one = (name: string) => name.replaceAll('.', '\\.').replaceAll('*', '.*');
  return new RegExp(`^(?:${names.map(one).join('|')})$`);
}
