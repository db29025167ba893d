/** A program that the Go module proxy serves as source: built once, then kept in the cache under its name and version. */
export interface GoPart {
  readonly name: string;
  /** The module that holds the program, and the version of it. */
  readonly module: string;
  readonly version: string;
  /** The package of the program's `main`. */
  readonly program: string;
  /** Kubernetes keeps some of its modules inside its own repository; from outside they are `v0.x` modules of their own. */
  readonly staging?: true;
  /** Values written into the program at link time, `package.variable=value`. */
  readonly stamps: readonly string[];
  /** Folders of the module's source that are kept beside the program, by the name they get there. */
  readonly keep?: Readonly<Record<string, string>>;
  /** Minutes that a first build took on 2 cores: only said on screen. */
  readonly minutes: number;
}

const KUBERNETES = "v1.37.2";
/** The last line of releases whose module brings the generated assets; later ones want their web pages built first. */
const ALERTMANAGER = "v0.31.1";

function kubernetes(name: string, minutes: number): GoPart {
  return {
    name,
    module: "k8s.io/kubernetes",
    version: KUBERNETES,
    program: `k8s.io/kubernetes/cmd/${name}`,
    staging: true,
    // Without these the API server says v0.0.0 of itself, and so does every user agent in the audit log.
    stamps: [`k8s.io/component-base/version.gitVersion=${KUBERNETES}`, `k8s.io/client-go/pkg/version.gitVersion=${KUBERNETES}`],
    minutes,
  };
}

function alertmanager(name: string, minutes: number): GoPart {
  const module = "github.com/prometheus/alertmanager";
  return {
    name,
    module,
    version: ALERTMANAGER,
    program: `${module}/cmd/${name}`,
    stamps: [`github.com/prometheus/common/version.Version=${ALERTMANAGER.slice(1)}`],
    minutes,
  };
}

/** Everything that is built from source, in build order: the small one first, then what shares most compiled packages. */
export const goParts = {
  etcd: {
    name: "etcd",
    module: "go.etcd.io/etcd/server/v3",
    version: "v3.7.3",
    program: "go.etcd.io/etcd/server/v3",
    stamps: [],
    minutes: 2,
  },
  apiserver: kubernetes("kube-apiserver", 9),
  controllerManager: kubernetes("kube-controller-manager", 4),
  scheduler: kubernetes("kube-scheduler", 1),
  kubectl: kubernetes("kubectl", 1),
  kwok: {
    name: "kwok",
    module: "sigs.k8s.io/kwok",
    version: "v0.8.0",
    program: "sigs.k8s.io/kwok/cmd/kwok",
    stamps: [],
    keep: { "kustomize/crd/bases": "crd" },
    minutes: 3,
  },
  alertmanager: alertmanager("alertmanager", 3),
  amtool: alertmanager("amtool", 1),
} as const satisfies Record<string, GoPart>;

/**
 * What comes as a package of the distribution, in the version that its release has, for its mirrors keep no older ones. Alertmanager cannot be
 * had that way: Debian's reads its templates from /usr/share, so it runs only where it is installed.
 */
export const debianPackage = "prometheus";
