import {
  type AuthenticationMode,
  CreateClusterCommand,
  DeleteClusterCommand,
  EKSClient,
  ResourceNotFoundException,
} from "@aws-sdk/client-eks";
import { emulated, type Ministack } from "../../support/ministack.ts";
import { eksName, onCall } from "./policy.ts";

/** The real cluster as EKS would describe it: the emulator's own has nothing behind it, and no other mode than the one that it was made with. */
export async function inEks({ emulator }: { readonly emulator: Ministack }, authenticationMode: AuthenticationMode): Promise<void> {
  const eks = new EKSClient({ ...emulated, endpoint: emulator.endpoint });
  await eks.send(new DeleteClusterCommand({ name: eksName })).catch((error: unknown) => {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  });
  // Any that is there.
  const roleArn = `arn:aws:iam::000000000000:role/${onCall}`;
  await eks.send(new CreateClusterCommand({ name: eksName, roleArn, resourcesVpcConfig: {}, accessConfig: { authenticationMode } }));
}
