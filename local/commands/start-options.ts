import type { Mode } from "../../kernel/types/index.ts";
import type { IncidentName } from "../world/incidents/incidents.ts";
import type { ClusterOptions } from "./options.ts";

/** What `remediator start` was told, after the command line has checked it. */
export interface StartOptions extends ClusterOptions {
  readonly dataDir: string;
  readonly port: number;
  readonly once: boolean;
  readonly json: boolean;
  /** Answers approvals with yes. */
  readonly yes: boolean;
  readonly incident?: IncidentName;
  readonly mode?: Mode;
  readonly alertmanager?: string;
}

/** Without a cluster of one's own there is the practice world. */
export const isPractice = ({ kubeconfig, context }: Pick<StartOptions, "kubeconfig" | "context">): boolean =>
  kubeconfig === undefined && context === undefined;
