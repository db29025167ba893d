import { kubeConfigOf } from "../../../adapters/kubernetes/config.ts";
import { type Connection, connect } from "../../../adapters/kubernetes/connection.ts";
import { type Play, type Seen, serve, token } from "./server.ts";

/** A connection to a server that plays the API server, with a token and a short patience. */
export async function cluster(play: Play, timeoutSeconds = 5): Promise<{ connection: Connection; seen: Seen[] }> {
  const { url, seen } = await serve(play);
  const connection = connect(kubeConfigOf({ by: "token", server: url, token }), timeoutSeconds);
  return { connection, seen };
}
