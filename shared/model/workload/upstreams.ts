// Finds the containers of a pod that pass requests on to another one of it, by the address that they are given: in
// arguments, the environment, scripts and the configuration that an image holds. Without an address there is nothing.
import { isProxy, proxyFiles } from '../../knowledge/proxies.ts';
import type { Embedded } from '../../text/embedded.ts';
import type { Place } from '../../text/span.ts';
import type { Container } from '../container.ts';
import { baseName } from '../paths.ts';
import type { Pod } from '../pod/pod.ts';
import { servesTraffic } from '../pod/serving.ts';
import type { Project } from '../project.ts';
import { seenByAll } from '../stop/stopPath.ts';
import { alternatives, knownValue } from '../value.ts';

/** One container that passes requests on to another. */
export interface Upstream {
  readonly proxy: Container;
  readonly backend: Container;
  /** `127.0.0.1:9000`, `/run/php-fpm.sock`. */
  readonly address: string;
  readonly at: Place | undefined;
}

/** A text that may name addresses; `name` says what they are for, where it has one. */
interface Source {
  readonly name: string;
  readonly text: string;
  place(start: number, end: number): Place | undefined;
}

interface Address {
  readonly text: string;
  readonly port: number | undefined;
  readonly at: Place | undefined;
}

const ADDRESS =
  /(?:(?:\blocalhost|\b127\.0\.0\.1|\[::1\]):(\d{2,5})\b)|(?:\bunix:(?:\/\/)?(\/[\w./-]+\.sock(?:et)?)\b)/g;
/** What is listened on, or asked for the sake of tools. */
const OTHER_USE = /listen|bind|https?[-_]?addr|metric|admin|health|ping|stat|prom|scrape|probe|debug|trac|otel|log/i;
const UPSTREAM = /upstream|backend|proxy|target|forward|origin/i;

/** The pairs of containers that run beside each other, of which one passes requests on to the other. */
export function upstreamsIn(project: Project, pod: Pod): readonly Upstream[] {
  const running = pod.containers.filter(({ role }) => role === 'regular' || role === 'sidecar');
  if (running.length < 2) return [];
  const backends = running.filter((container) => servesTraffic(container).answer !== 'no');
  return running.flatMap((proxy) => {
    const others = backends.filter((one) => one !== proxy);
    const found = servesTraffic(proxy).answer === 'no' ? [] : addressesOf(project, proxy);
    return others.flatMap((backend): readonly Upstream[] => {
      const address = found.find((one) => listens(running, proxy, others, backend, one));
      return address ? [{ proxy, backend, address: address.text, at: address.at }] : [];
    });
  });
}

/** Whether a container takes what is sent to an address: it says so, or no other container can be meant. */
function listens(
  all: readonly Container[],
  proxy: Container,
  others: readonly Container[],
  backend: Container,
  { port }: Address,
): boolean {
  const says = (container: Container) => (container.lifecycle?.ports ?? []).some(({ number }) => number === port);
  if (port !== undefined && says(proxy)) return false;
  if (port !== undefined && all.some(says)) return says(backend);
  return others.length === 1 && (backend.lifecycle?.ports ?? []).length === 0;
}

function addressesOf(project: Project, proxy: Container): readonly Address[] {
  const name = proxyName(proxy);
  const given = [...words(proxy), ...variables(proxy)];
  const wanted = name === undefined ? given.filter((one) => UPSTREAM.test(one.name)) : given;
  if (name === undefined && !/yes|likely/.test(servesTraffic(proxy).answer)) return [];
  const files = name === undefined ? [] : [...scripts(project, proxy), ...configuration(proxy, name)];
  return [...wanted.filter((one) => !OTHER_USE.test(one.name)), ...files].flatMap(addressesIn);
}

/** The name by which a container is known to be a proxy. */
function proxyName({ stop, lifecycle, name }: Container): string | undefined {
  const servers = alternatives(stop).flatMap(({ value }) =>
    seenByAll(value).flatMap(({ server }) => server?.program ?? []),
  );
  const image = baseName((lifecycle?.image ?? '').replace(/@.*$/, '').replace(/:[^/:]*$/, ''));
  return [...servers, image, name].find(isProxy);
}

function words({ launch, lifecycle }: Container): readonly Source[] {
  const all = [...(knownValue(launch)?.words ?? []), ...(lifecycle?.arguments ?? [])];
  return all.map(({ text, source }, i) => {
    const [, own] = /^(--?[\w.-]+)=/.exec(text) ?? [];
    const before = all[i - 1]?.text ?? '';
    return { name: own ?? (before.startsWith('-') ? before : ''), text, place: () => source?.at };
  });
}

function variables({ lifecycle }: Container): readonly Source[] {
  return (lifecycle?.environment ?? []).flatMap(({ name, value, at }) =>
    value === undefined ? [] : [{ name, text: value, place: () => at }],
  );
}

function scripts(project: Project, { stop }: Container): readonly Source[] {
  const paths = new Set(alternatives(stop).flatMap(({ value }) => value.links.map(({ path }) => path)));
  return [...paths].flatMap((path) => {
    const text = project.text(path);
    return text === undefined ? [] : [{ name: '', text, place: (start, end) => ({ path, start, end }) }];
  });
}

function configuration({ image }: Container, name: string): readonly Source[] {
  const known = knownValue(image);
  if (!known) return [];
  return proxyFiles(name, known.list).flatMap((path) => {
    const file = known.file(path);
    return file.kind === 'text' ? [fromFile(file.text)] : [];
  });
}

function fromFile(text: Embedded): Source {
  return { name: '', text: text.text, place: (start, end) => text.place(start, end) };
}

function addressesIn({ text, place }: Source): readonly Address[] {
  return [...text.matchAll(ADDRESS)].flatMap((match): readonly Address[] => {
    const line = text.slice(text.lastIndexOf('\n', match.index) + 1, match.index);
    // Of a command line, the option counts that the address belongs to.
    const said = line.slice(Math.max(0, line.search(/(?<!\S)--?[A-Za-z][\w.-]*[= ]\s*\S*$/)));
    if (/^\s*(?:#|\/\/)/.test(line) || OTHER_USE.test(said)) return [];
    const [written, port, socket] = match;
    const at = place(match.index, match.index + written.length);
    return [{ text: socket ?? written, port: port === undefined ? undefined : Number(port), at }];
  });
}
