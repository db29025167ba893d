import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod/mini";

const config = z.object({
  receivers: z.array(
    z.object({
      webhook_configs: z.optional(
        z.array(z.object({ http_config: z.object({ authorization: z.object({ credentials_file: z.string() }) }) })),
      ),
    }),
  ),
});
const { receivers } = z.parse(config, parse(readFileSync("ops/alertmanager/route.yaml", "utf8")));
const [file = "", ...others] = receivers.flatMap(({ webhook_configs = [] }) =>
  webhook_configs.map(({ http_config }) => http_config.authorization.credentials_file),
);
const install = readFileSync("docs/how-to/install-on-aws.md", "utf8");

describe("the file with the token that Alertmanager sends", () => {
  test("is in a folder of the secret's own: mounted over Alertmanager's it would hide the configuration", () => {
    expect(others).toEqual([]);
    expect(dirname(file)).not.toBe("/etc/alertmanager");
  });

  test("is where the Prometheus operator mounts the secret that the page makes", () => {
    const [, name, key] = /^kubectl create secret generic (\S+) .*--from-file=(\S+?)=/m.exec(install) ?? [];
    expect(file).toBe(`/etc/alertmanager/secrets/${name}/${key}`);
    expect(install).toContain(`\`${dirname(file)}\``);
  });

  test("is called the same by whoever installs without AWS", () => expect(readFileSync("ops/README.md", "utf8")).toContain(`\`${file}\``));
});
