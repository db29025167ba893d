import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./run.ts";

/** The distribution's release, such as `debian-12`: the version of everything that comes as its packages. */
export async function release(): Promise<string> {
  const text = await readFile("/etc/os-release", "utf8").catch(() => "");
  const value = (key: string) => new RegExp(`^${key}="?([^"\\n]*)"?$`, "m").exec(text)?.[1] ?? "unknown";
  return `${value("ID")}-${value("VERSION_ID")}`;
}

/**
 * Downloads a package and unpacks its programs into `folder`. Nothing is installed: no service starts, nothing outside the folder changes,
 * and no rights are needed, for apt gets lists and caches of its own.
 */
export async function unpackPackage(name: string, folder: string): Promise<void> {
  const apt = join(folder, "apt");
  await mkdir(join(apt, "lists", "partial"), { recursive: true });
  await mkdir(join(apt, "cache", "archives", "partial"), { recursive: true });
  const own = [
    "-q",
    "-o",
    `Dir::State::lists=${join(apt, "lists")}`,
    "-o",
    `Dir::Cache=${join(apt, "cache")}`,
    "-o",
    "APT::Sandbox::User=",
  ];
  try {
    await run("apt-get", [...own, "update"]);
    await run("apt-get", [...own, "download", name], { cwd: apt });
  } catch (error) {
    throw new Error(`${name} could not be had from Debian's packages: ${error instanceof Error ? error.message : error}`);
  }
  for (const file of (await readdir(apt)).filter((entry) => entry.endsWith(".deb"))) {
    await run("dpkg", ["-x", join(apt, file), join(apt, "root")]);
  }
  const programs = join(apt, "root", "usr", "bin");
  if (!existsSync(programs)) throw new Error(`the package ${name} holds no program`);
  await cp(programs, folder, { recursive: true });
  await rm(apt, { recursive: true });
}
