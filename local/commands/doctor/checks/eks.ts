import { type Check, failed, ok } from "../check.ts";
import type { StackPorts } from "../ports.ts";

/** Whether access entries let anybody in: a cluster may still look at its `aws-auth` ConfigMap alone (EKS user guide, "Grant IAM users access"). */
export const entriesCount = ({ eks, region }: { readonly eks: string; readonly region: string }): Check<StackPorts> => ({
  id: "access-entries",
  run: async ({ authenticationMode }) => {
    const mode = await authenticationMode({ eks, region });
    if (mode === "API" || mode === "API_AND_CONFIG_MAP") return ok(`${eks} lets its callers in by access entries (${mode})`);
    return failed(
      `${eks} does not look at access entries (its authentication mode is ${mode}): no function of ours gets in`,
      `aws eks update-cluster-config --name ${eks} --access-config authenticationMode=API_AND_CONFIG_MAP --region ${region}`,
    );
  },
});
