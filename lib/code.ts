import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { AssetHashType, DockerImage } from "aws-cdk-lib";
import { type AssetCode, Code } from "aws-cdk-lib/aws-lambda";
import { bundle, folderOf } from "./bundle.ts";

/** A function's code for the stack: its bundle, and beside it the files that go with it, by their names. */
export function bundled(folder: string, files: Readonly<Record<string, string>>): AssetCode {
  const beside = createHash("sha256").update(JSON.stringify(files)).digest("hex");
  return Code.fromAsset(folderOf(folder), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry("never-used"),
      // CDK keeps what was bundled under all of these options but `local`.
      environment: { folder, beside },
      local: {
        tryBundle: (outputFolder) => {
          bundle(folder, outputFolder);
          for (const [name, text] of Object.entries(files)) writeFileSync(join(outputFolder, name), text);
          return true;
        },
      },
    },
  });
}
