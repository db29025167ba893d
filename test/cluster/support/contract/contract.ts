import { afterAll, beforeAll, describe } from "vitest";
import type { Ground } from "../ground.ts";
import { evictions } from "./evictions.ts";
import { newField } from "./field.ts";
import { logs } from "./logs.ts";
import { namespaces } from "./namespaces.ts";
import { permissions } from "./permissions.ts";
import { reading } from "./reading.ts";
import { templates } from "./templates.ts";

/** What our adapters rely on, of every call that they make: held against the real API server, and against the practice world that stands for it. */
export function contract(name: string, make: () => Promise<Ground>): void {
  describe(`the Kubernetes API as we use it: ${name}`, () => {
    const field = newField();
    beforeAll(() => field.setUp(make), 120_000);
    afterAll(() => field.leave());
    for (const part of [reading, permissions, logs, evictions, templates, namespaces]) part(field);
  });
}
