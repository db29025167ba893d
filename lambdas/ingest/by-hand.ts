import type { IncidentId } from "../../kernel/types/index.ts";
import type { Rejected } from "./delivery.ts";
import { ingest, type Ports } from "./handler.ts";

export type ByHand =
  | { readonly did: "open"; readonly id: IncidentId }
  /** `status` as an alert would be answered; `wrong` names the field, where it is one of the request's. */
  | { readonly did: "refuse"; readonly status: number; readonly says: string; readonly wrong?: Rejected };

/**
 * Puts a person's request on record as an alert of its own, by the same handler as every other: `{cluster, scenario, and the labels that say
 * what it is about}`. Gives the incident that it opened or joined. Whoever calls has made sure that `who` may ask.
 */
export async function enterByHand(request: unknown, who: string, ports: Ports): Promise<ByHand> {
  const body = JSON.stringify({ manual: request ?? null });
  const { status, body: reply } = await ingest({ body, source: "manual", sender: { name: who, clusters: ["*"] } }, ports);
  const [accepted] = "accepted" in reply ? reply.accepted : [];
  if (accepted) return { did: "open", id: accepted.incident };
  const [wrong] = reply.rejected ?? [];
  if (wrong) return { did: "refuse", status, wrong, says: `${wrong.field.replace(/^labels\./, "")} ${wrong.reason}` };
  return { did: "refuse", status, says: "error" in reply ? reply.error : "it was not taken" };
}
