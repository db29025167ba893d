// States that must not compile. `tsc` fails when one of the lines below an expectation does compile.
import type { Ledger, Permit, Writer } from "../../../kernel/ports.ts";
import type {
  Agent,
  Answer,
  Check,
  Diagnosis,
  Entry,
  Found,
  IncidentId,
  Instant,
  Observed,
  Remedies,
  Remedy,
  Scenario,
  Sha256,
  Some,
  Uid,
  Verdict,
  Workload,
} from "../../../kernel/types/index.ts";

declare const writer: Writer<"evict-pod">;
declare const eviction: Remedy<"evict-pod">;
declare const labelling: Remedy<"label-namespace">;
declare const uid: Uid;
declare const agentCheck: Check<Agent>;
declare const workloadCheck: Check<Workload>;
declare const observed: Observed<number>;
declare const wrongPermit: Permit<"label-namespace">;
declare const spent: ReturnType<Ledger["permitOf"]>;

// @ts-expect-error no permit, no write
void writer.write({ remedy: eviction, intent: "x" as Sha256, writeBefore: "y" as Instant, incident: "i" as IncidentId });
// @ts-expect-error a permit for another kind
void writer.write(wrongPermit);
// @ts-expect-error what was permitted once is enough to look for the write, and no leave to write
void (writer as Writer).write(spent);
void (writer as Writer).reconcile(spent);
// @ts-expect-error an empty target list
const none: Some<Remedy> = [];
// @ts-expect-error only a fault has remedies
const healthy: Answer = { is: "healthy", says: "", remedies: [eviction] };
// @ts-expect-error a value without looking at the state
void observed.value;
// @ts-expect-error a healthy finding needs evidence
const found: Found<"healthy"> = { is: "healthy", says: "", check: "c", subject: { on: "fleet" }, evidence: [] };
// @ts-expect-error an agent check cannot stand in a workload scenario
const chain: Scenario<Workload>["chain"] = [agentCheck];
// @ts-expect-error the roster misses kinds
const roster: Remedies = {};
// @ts-expect-error an eviction has no undo
const undo: Remedies["evict-pod"]["undo"] = (done) => done;
// @ts-expect-error a label must have an undo
const noUndo: Remedies["label-namespace"]["undo"] = "cannot be undone";
// @ts-expect-error no cause, no remedies
const diagnosis: Diagnosis = {
  round: 1,
  findings: [{ is: "unknown", says: "", check: "c", subject: { on: "fleet" }, evidence: [] }],
  cause: undefined,
  remedies: [eviction],
};
// @ts-expect-error a denial without reasons
const verdict: Verdict = { verdict: "deny", reasons: [], passed: [] };
// @ts-expect-error a label remedy needs the label
const label: Remedy = { kind: "label-namespace", why: "", target: labelling.target };
// @ts-expect-error a namespace is not evicted
const wrongTarget: Remedy<"evict-pod"> = { ...eviction, target: { ...labelling.target, uid } };
// @ts-expect-error a roster member cannot be run on any subject
([workloadCheck, agentCheck] as readonly Check[])[0]?.assess({ on: "fleet" }, null as never, null as never);
// @ts-expect-error a workload check cannot serve every subject
const any: Check<Workload | Agent> = workloadCheck;
// @ts-expect-error a result that is not on the list
const closed: Entry = { type: "closed", result: "fixed", says: "" };
// @ts-expect-error text is not an incident's id
const id: IncidentId = "prod-1";

void [none, healthy, found, chain, roster, undo, noUndo, diagnosis, verdict, label, wrongTarget, any, closed, id];
