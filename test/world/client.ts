import { type ApiType, KubeConfig } from "@kubernetes/client-node";
import type { UserName } from "../../local/world/kubernetes/roles.ts";
import type { Practice } from "./practice.ts";

/** The real client, as that user. In a file of its own, for it takes a second to load. */
export function client<T extends ApiType>({ world }: Practice, user: UserName, api: new (...config: never[]) => T): T {
  const config = new KubeConfig();
  config.loadFromString(JSON.stringify(world.kubeconfig(user)));
  return config.makeApiClient(api as never);
}
