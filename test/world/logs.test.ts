import { CoreV1Api } from "@kubernetes/client-node";
import { expect, it } from "vitest";
import { client } from "./client.ts";
import { type Practice, practice, start } from "./practice.ts";

const path = ({ world }: Practice, query = "") => {
  const pod = world.store.list("Pod", "payments").find(({ metadata }) => metadata.name.startsWith("checkout"));
  return `/api/v1/namespaces/payments/pods/${pod?.metadata.name}/log${query}`;
};

it("gives the tail of a container's log to the real client", async () => {
  const here = await practice();
  const [agent] = here.world.store.list("Pod", "spirl-system").filter(({ metadata }) => metadata.name.startsWith("spirl-agent"));
  const name = agent?.metadata.name ?? "";
  const text = await client(here, "reader", CoreV1Api).readNamespacedPodLog({
    namespace: "spirl-system",
    name,
    container: "spirl-agent",
    tailLines: 2,
  });
  const lines = text.trimEnd().split("\n");
  expect(lines).toHaveLength(2);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "info", logger: "agent.readyChecker", ts: expect.any(Number) });
});

it("says what a workload without the socket would say", async () => {
  const here = await practice("older-than-webhook");
  const { body } = await here.ask("reader", "GET", path(here, "?tailLines=1"));
  expect(body.message).toContain("/spirl-agent-socket/agent.sock: connect: no such file or directory");
});

it("cuts by time, by lines and by bytes, and stamps lines", async () => {
  const here = await practice();
  const key = path(here).split("/").slice(4, 7).join("/").replace("/pods/", "/");
  const line = (seconds: number) => ({ at: start - seconds * 1000, text: `${seconds} ago` });
  here.world.logs.set(`${key}/app`, { current: [line(300), line(30), line(3)], previous: [line(900)] });
  const read = async (query: string) => (await here.ask("reader", "GET", path(here, query))).body.message;
  expect(await read("?sinceSeconds=60")).toBe("30 ago\n3 ago\n");
  expect(await read("?tailLines=1&timestamps=true")).toBe("2026-05-04T11:59:57.000Z 3 ago\n");
  expect(await read("?limitBytes=5")).toBe("300 a");
  expect(await read("?previous=true")).toBe("900 ago\n");
});

it("answers 400 where there is no previous container, no such container, or none yet", async () => {
  const here = await practice("csi-missing-on-node");
  const failure = async (at: string) => (await here.ask("reader", "GET", at)).body;
  const pod = path(here).split("/")[6];
  const hanging = here.world.alert.pod;
  const previous = (await here.ask("reader", "GET", `/api/v1/namespaces/payments/pods/${hanging}/log?previous=true`)).body;
  expect(previous).toMatchObject({ message: `previous terminated container "app" in pod "${hanging}" not found`, reason: "BadRequest" });
  expect(await failure(`/api/v1/namespaces/payments/pods/${hanging}/log`)).toMatchObject({
    message: `container "app" in pod "${hanging}" is waiting to start: ContainerCreating`,
  });
  expect(await failure(path(here, "?container=zz"))).toMatchObject({ message: `container zz is not valid for pod ${pod}` });
  expect(await here.ask("reader", "GET", path(here, "?tailLines=-1"))).toMatchObject({ status: 422 });
});
