import { expect, test } from "vitest";
import { kept } from "../../../adapters/kept.ts";

/** A value that counts how often it was made; `make` answers when it is told to. */
function counting() {
  let [now, made] = [0, 0];
  const answers: ((value: "well" | "badly") => void)[] = [];
  const make = () =>
    new Promise<number>((resolve, reject) => {
      made += 1;
      const mine = made;
      answers.push((how) => (how === "well" ? resolve(mine) : reject(new Error(`no ${mine}`))));
    });
  const get = kept(make, 100, () => now);
  return {
    get,
    pass: (ms: number) => {
      now += ms;
    },
    answer: (how: "well" | "badly") => answers.shift()?.(how),
    made: () => made,
  };
}

test("a value is made once, for all who ask meanwhile, and anew when its time has passed", async () => {
  const { get, pass, answer, made } = counting();
  const asked = [get(), get()];
  answer("well");
  expect(await Promise.all(asked)).toEqual([1, 1]);
  pass(99);
  expect(await get()).toBe(1);
  pass(1);
  const again = get();
  answer("well");
  expect([await again, made()]).toEqual([2, 2]);
});

test("what could not be made is not kept", async () => {
  const { get, answer } = counting();
  const failed = get();
  answer("badly");
  await expect(failed).rejects.toThrow("no 1");
  const again = get();
  answer("well");
  expect(await again).toBe(2);
});

test("an old failure does not take away what was made after it", async () => {
  const { get, pass, answer, made } = counting();
  const old = get();
  pass(100);
  const young = get();
  answer("badly");
  answer("well");
  await expect(old).rejects.toThrow("no 1");
  expect([await young, await get(), made()]).toEqual([2, 2, 2]);
});

test("what is forgotten is made anew, once", async () => {
  const { get, answer, made } = counting();
  const first = get();
  answer("well");
  expect(await first).toBe(1);
  get.forget();
  const next = [get(), get()];
  answer("well");
  expect([await Promise.all(next), made()]).toEqual([[2, 2], 2]);
});
