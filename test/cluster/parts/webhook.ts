import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { Socket } from "node:net";
import type { Certificates } from "./certificates.ts";
import { listen } from "./egress.ts";

const DRIVER = "csi.spiffe.io";
const VOLUME = "spiffe-workload-api";
const MOUNT = "/spirl-agent-socket";
const SOCKET = { name: "SPIFFE_ENDPOINT_SOCKET", value: `unix://${MOUNT}/agent.sock` };

interface Container {
  readonly env?: readonly { readonly name: string }[];
  readonly volumeMounts?: readonly unknown[];
}
interface PodSpec {
  readonly containers: readonly Container[];
  readonly volumes?: readonly { readonly csi?: { readonly driver: string } }[];
}
interface Review {
  readonly request: { readonly uid: string; readonly object: { readonly spec: PodSpec } };
}
interface Operation {
  readonly op: "add";
  readonly path: string;
  readonly value: unknown;
}

/** The JSON patch that gives a pod the SPIFFE socket: the CSI volume, a mount and the environment variable in each container. */
export function injection(spec: PodSpec): Operation[] {
  if (spec.volumes?.some((volume) => volume.csi?.driver === DRIVER)) return [];
  const containers = spec.containers.map((container) => ({
    ...container,
    volumeMounts: [...(container.volumeMounts ?? []), { name: VOLUME, mountPath: MOUNT, readOnly: true }],
    env: [...(container.env ?? []).filter(({ name }) => name !== SOCKET.name), SOCKET],
  }));
  const volumes = [...(spec.volumes ?? []), { name: VOLUME, csi: { driver: DRIVER, readOnly: true } }];
  return [
    { op: "add", path: "/spec/volumes", value: volumes },
    { op: "add", path: "/spec/containers", value: containers },
  ];
}

export interface WebhookServer {
  /** Reviews answered so far, dry runs included. */
  readonly calls: () => number;
  readonly listen: () => Promise<void>;
  /** Ends the listener and every open connection: the next call is refused. */
  readonly close: () => Promise<void>;
}

/** The vendor's admission webhook in small, https on loopback; its configuration is in `installation.ts`. */
export function webhookServer(port: number, serving: Certificates): WebhookServer {
  let calls = 0;
  const open = new Set<Socket>();
  const server = createServer({ cert: readFileSync(serving.cert), key: readFileSync(serving.key) }, (request, answer) => {
    let text = "";
    request.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
    });
    request.on("end", () => {
      calls += 1;
      answer.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(review(text)));
    });
  });
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
  });
  return {
    calls: () => calls,
    listen: () => listen(server, { port }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

function review(text: string): unknown {
  const { request } = JSON.parse(text) as Review;
  const patch = injection(request.object.spec);
  const change = patch.length > 0 ? { patchType: "JSONPatch", patch: Buffer.from(JSON.stringify(patch)).toString("base64") } : {};
  return { apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", response: { uid: request.uid, allowed: true, ...change } };
}
