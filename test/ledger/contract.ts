import { describe } from "vitest";
import type { Bench } from "./contract/bench.ts";
import { closing } from "./contract/closing.ts";
import { concluding } from "./contract/concluding.ts";
import { joining } from "./contract/joining.ts";
import { opening } from "./contract/opening.ts";
import { pending } from "./contract/pending.ts";
import { permits } from "./contract/permits.ts";
import { records } from "./contract/records.ts";
import { state } from "./contract/state.ts";
import { takers } from "./contract/takers.ts";

/** What every ledger must do, whatever it is kept in. `make` gives an empty one for each test. */
export function ledgerContract(name: string, make: () => Promise<Bench>): void {
  describe(`ledger in ${name}`, () => {
    describe("opening", () => opening(make));
    describe("joining", () => joining(make));
    describe("records", () => records(make));
    describe("closing", () => closing(make));
    describe("concluding", () => concluding(make));
    describe("permits", () => permits(make));
    describe("takers of a permit", () => takers(make));
    describe("a pending write", () => pending(make));
    describe("state", () => state(make));
  });
}
