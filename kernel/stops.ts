import type { LedgerView } from "./types/index.ts";

/** The guard that asks the stop switches; the permit's transaction asks them once more, in its name. */
export const stopSwitches = "stop-switches";

/** Whether anything may be written: a switch that is not there, or cannot be read, is as good as thrown. */
export const isStopped = ({ all, cluster }: LedgerView["stops"]): boolean => all.state !== "off" || cluster.state !== "off";
