import { parsed } from "../../kernel/json.ts";
import { saidBy } from "../world/status.ts";
import { type Change, NoAnswer, type Reply } from "./connection.ts";
import { apiStatus, isRecord } from "./status.ts";

/** A right as Kubernetes has it; `resource` carries its subresource: `pods/exec`. */
export interface Right {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
}
/** Whether we have it, or why that is not known. */
export type Review = "yes" | "no" | { readonly unknown: string };
export type Reviewer = (right: Right) => Promise<Review>;

/** All that is sent besides GET by whoever only looks, and only here: a question about our own rights, which changes nothing. */
interface Sender {
  send(change: Change): Promise<Reply>;
}

/** Asks the API server what we may do, in all namespaces. Never rejects. */
export const reviewer =
  (sender: Sender): Reviewer =>
  async ({ group, resource: path, verb }) => {
    const [resource = "", subresource] = path.split("/", 2);
    const resourceAttributes = { group, resource, verb, ...(subresource ? { subresource } : {}) };
    try {
      const reply = await sender.send({
        method: "POST",
        path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
        type: "application/json",
        body: { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec: { resourceAttributes } },
      });
      return answered(reply);
    } catch (thrown) {
      if (thrown instanceof NoAnswer) return { unknown: thrown.message };
      throw thrown;
    }
  };

function answered({ status, body }: Reply): Review {
  const value = parsed(body);
  const allowed = isRecord(value) && isRecord(value.status) ? value.status.allowed : undefined;
  if (status === 201 && typeof allowed === "boolean") return allowed ? "yes" : "no";
  return { unknown: saidBy(apiStatus(body) ? "the API server" : "something in front of the API server", status) };
}
