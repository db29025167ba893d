import { join } from "node:path";
import { cached, cacheRoot, say } from "./cache.ts";
import { release, unpackPackage } from "./debian.ts";
import { buildGoPart, requireGo } from "./go-build.ts";
import { debianPackage, type GoPart, goParts } from "./versions.ts";

/** Paths of every program that the cluster tests start, and of kwok's CustomResourceDefinitions. */
export interface Binaries {
  readonly etcd: string;
  readonly apiserver: string;
  readonly controllerManager: string;
  readonly scheduler: string;
  readonly kubectl: string;
  readonly kwok: string;
  readonly kwokCrds: string;
  readonly prometheus: string;
  readonly promtool: string;
  readonly alertmanager: string;
  readonly amtool: string;
}

/** Makes what is missing in the cache, one part after the other (two builds at once only fight for the cores), and says where all is. */
export async function install(): Promise<Binaries> {
  const kwok = await goPart(goParts.kwok);
  const prometheus = await cached(debianPackage, await release(), async (folder) => {
    say(`downloading ${debianPackage} from the distribution's packages`);
    await unpackPackage(debianPackage, folder);
  });
  return {
    etcd: join(await goPart(goParts.etcd), "etcd"),
    apiserver: join(await goPart(goParts.apiserver), "kube-apiserver"),
    controllerManager: join(await goPart(goParts.controllerManager), "kube-controller-manager"),
    scheduler: join(await goPart(goParts.scheduler), "kube-scheduler"),
    kubectl: join(await goPart(goParts.kubectl), "kubectl"),
    kwok: join(kwok, "kwok"),
    kwokCrds: join(kwok, "crd"),
    prometheus: join(prometheus, "prometheus"),
    promtool: join(prometheus, "promtool"),
    alertmanager: join(await goPart(goParts.alertmanager), "alertmanager"),
    amtool: join(await goPart(goParts.amtool), "amtool"),
  };
}

function goPart(part: GoPart): Promise<string> {
  return cached(part.name, part.version.replace(/^v/, ""), async (folder) => {
    await requireGo();
    say(`building ${part.name} ${part.version} (about ${part.minutes} min on 2 cores)`);
    const began = performance.now();
    await buildGoPart(part, folder);
    say(`built ${part.name} in ${Math.round((performance.now() - began) / 1000)} s`);
  });
}

if (import.meta.main) {
  install().then(
    () => say(`all parts are in ${cacheRoot()}`),
    (error: unknown) => {
      say(error instanceof Error ? error.message : String(error));
      process.exitCode = 1;
    },
  );
}
