/**
 * kwok deletes a terminating pod by its name, often twice. The second time can hit the successor where that has the same name (StatefulSets); so
 * kwok may delete only what is terminating already.
 */
export const onlyTerminating = [
  [
    "validatingadmissionpolicies",
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingAdmissionPolicy",
      metadata: { name: "test-bed-kwok" },
      spec: {
        failurePolicy: "Fail",
        matchConstraints: { resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["DELETE"], resources: ["pods"] }] },
        validations: [
          {
            expression: "request.userInfo.username != 'kwok' || has(oldObject.metadata.deletionTimestamp)",
            message: "kwok deletes only pods that are terminating",
          },
        ],
      },
    },
  ],
  [
    "validatingadmissionpolicybindings",
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingAdmissionPolicyBinding",
      metadata: { name: "test-bed-kwok" },
      spec: { policyName: "test-bed-kwok", validationActions: ["Deny"] },
    },
  ],
] as const;

/** Lets `kubectl exec` run the commands of the test bed, in any pod. */
export const everyPodRunsLocally = {
  apiVersion: "kwok.x-k8s.io/v1alpha1",
  kind: "ClusterExec",
  metadata: { name: "all" },
  spec: { execs: [{ local: { workDir: "/" } }] },
};
