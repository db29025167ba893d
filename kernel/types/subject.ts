import type { Instant } from "./basics.ts";
import type { OwnerKind } from "./incident.ts";
import type { Remedy } from "./remedy.ts";

/** One pod of a workload, or the workload itself where it has no pod to look at. */
export interface Workload {
  readonly on: "workload";
  readonly namespace: string;
  readonly owner: { readonly kind: OwnerKind; readonly name: string };
  readonly pod?: string;
}
export interface Agent {
  readonly on: "agent";
  readonly node: string;
  readonly platform: "kubernetes" | "linux";
}
export interface Fleet {
  readonly on: "fleet";
}
/** What stands in the target's place after a write: the subject of proof checks. */
export interface Successor {
  readonly on: "successor";
  readonly remedy: Remedy;
  /** When the write was permitted: evidence from before it proves nothing. */
  readonly since: Instant;
}
export type Subject = Workload | Agent | Fleet | Successor;
