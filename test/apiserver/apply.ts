// Asks an API server what it says to manifests: each is applied as a dry run, with every field checked. Knows where each
// kind lives by asking; nothing of what the manifests are for.
import type { Cluster } from './cluster.ts';

/** One object of a manifest, as it would be sent. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly object: object;
}

/** What the server says; `unknownKind`: nothing, because it does not have the kind. */
export type Verdict =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'unknownKind' }
  | { readonly kind: 'rejected'; readonly message: string };

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

const FIELDS = 'dryRun=All&fieldManager=softstop&fieldValidation=Strict';

/** Applies manifests, each on its own, creating the namespaces that they are in. */
export class Applier {
  readonly #cluster: Cluster;
  readonly #resources = new Map<string, readonly Resource[]>();
  readonly #namespaces = new Set(['default']);

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  async apply({ apiVersion, kind, object }: Manifest): Promise<Verdict> {
    const resources = await this.#resourcesOf(apiVersion);
    const resource = resources.find((one) => one.kind === kind && !one.name.includes('/'));
    if (!resource) return { kind: 'unknownKind' };
    const { metadata = {} } = object as {
      readonly metadata?: { readonly name?: unknown; readonly namespace?: unknown };
    };
    const namespace = typeof metadata.namespace === 'string' ? metadata.namespace : 'default';
    if (resource.namespaced) await this.#haveNamespace(namespace);
    const place = `${pathOf(apiVersion)}${resource.namespaced ? `/namespaces/${encodeURIComponent(namespace)}` : ''}`;
    const url = `${place}/${resource.name}`;
    const sent = JSON.stringify(object);
    const { status, body } =
      typeof metadata.name === 'string'
        ? await this.#cluster.ask('PATCH', `${url}/${encodeURIComponent(metadata.name)}?${FIELDS}`, sent, APPLY)
        : await this.#cluster.ask('POST', `${url}?${FIELDS}`, sent);
    if (status >= 200 && status < 300) return { kind: 'accepted' };
    return { kind: 'rejected', message: (body as { readonly message?: string }).message ?? `${status} ${body}` };
  }

  async #resourcesOf(apiVersion: string): Promise<readonly Resource[]> {
    const known = this.#resources.get(apiVersion);
    if (known) return known;
    const { status, body } = await this.#cluster.ask('GET', pathOf(apiVersion));
    const found = status === 200 ? (body as { readonly resources: readonly Resource[] }).resources : [];
    this.#resources.set(apiVersion, found);
    return found;
  }

  async #haveNamespace(name: string): Promise<void> {
    if (this.#namespaces.has(name)) return;
    this.#namespaces.add(name);
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    // Where that fails, the manifest will be rejected.
    await this.#cluster.ask('POST', '/api/v1/namespaces', JSON.stringify(namespace));
  }
}

const APPLY = 'application/apply-patch+yaml';

function pathOf(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}
