import { isFaulty } from "../../../kernel/answers.ts";
import type { Evidence, Subject } from "../../../kernel/types/index.ts";
import { type Explained, mending } from "./explained.ts";

const category = "workloads-not-receiving-svids";

/** The answer for programs. `evidence` of a check names `ref`s of `reads`, which say what was asked and when. */
export const asJson = ({ of, cluster, verdict, says, mend, notes, chain, diagnosis, evidence }: Explained) => ({
  of,
  cluster,
  verdict,
  says,
  ...(diagnosis.cause ? { cause: diagnosis.cause.check } : {}),
  mend,
  notes,
  checks: diagnosis.findings.map((finding) => ({
    category,
    check: finding.check,
    section: chain.find(({ id }) => id === finding.check)?.section,
    asks: chain.find(({ id }) => id === finding.check)?.asks,
    subject: subjectOf(finding.subject),
    is: finding.is,
    says: finding.says,
    ...(isFaulty(finding) ? { hint: mending(finding).join("\n") } : {}),
    evidence: finding.evidence,
  })),
  reads: readsOf(evidence),
});

const subjectOf = (subject: Subject): string =>
  subject.on === "workload" ? `${subject.namespace}/${subject.pod ?? subject.owner.name}` : subject.on;

const readsOf = (evidence: Evidence) =>
  [...evidence].map(([key, observed]) => {
    const [source, ...text] = key.split("\n");
    const { at } = observed;
    return {
      source,
      asked: text.join("\n"),
      at,
      ...(observed.state === "observed" ? { ref: observed.ref } : { unavailable: observed.reason }),
    };
  });
