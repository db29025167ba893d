#!/bin/sh
# The agent runbook's scenario 1 as a shell script, up to the restart: the preliminary checks 2 to 6 on one pod of a Deployment, 11 calls of
# kubectl. Check 1, `ls` in the container, is left out: nothing runs in the pods of the benchmark. KUBECONFIG says where.
# Usage: runbook.sh NAMESPACE DEPLOYMENT
set -eu
namespace=$1
deployment=$2
label=k8s.spirl.com/spiffe-csi

stop() {
  echo "$deployment: $1" >&2
  exit 1
}

app=$(kubectl get deployment -n "$namespace" "$deployment" -o 'jsonpath={.spec.selector.matchLabels.app}')
pod=$(kubectl get pods -n "$namespace" -l "app=$app" -o 'jsonpath={.items[0].metadata.name}')

# 2. Has the pod the volume?
if kubectl describe pod -n "$namespace" "$pod" | grep -q 'csi\.spiffe\.io'; then stop "the volume is there"; fi

# 3. Which pods does the webhook match?
webhook=$(kubectl get mutatingwebhookconfigurations spirl-controller-webhook -o yaml)
echo "$webhook" | grep -q "$label: enabled" || stop "the webhook asks for another label"
since=$(echo "$webhook" | sed -n 's/^  creationTimestamp: "\(.*\)"/\1/p')

# 4. Does it match this one?
kubectl get pod -n "$namespace" "$pod" --show-labels | grep -q "$label=enabled" || stop "the pod lacks the label"
kubectl get ns "$namespace" --show-labels | grep -q Active || stop "the namespace is going"

# 5. Is the driver on its node?
node=$(kubectl get pod -n "$namespace" "$pod" -o wide --no-headers | awk '{ print $7 }')
kubectl get pods -n spirl-system -l app=spiffe-csi-driver -o wide | grep -q "$node" || stop "no driver on $node"
kubectl get daemonset -n spirl-system | grep -q '^spiffe-csi-driver' || stop "no driver is installed"

# 6. Is the pod older than the webhook? Then restart it.
created=$(kubectl get pod -n "$namespace" "$pod" -o 'jsonpath={.metadata.creationTimestamp}')
expr "$created" '<' "$since" >/dev/null || stop "the pod is not older than the webhook"
kubectl rollout restart deployment -n "$namespace" "$deployment"
