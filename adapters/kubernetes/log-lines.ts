import { MiB } from "../world/reading.ts";

export interface LogBounds {
  /** Bytes that are read before the rest is left where it is. */
  readonly read: number;
  /** Bytes of lines that are kept, the newest. */
  readonly keep: number;
}
export const logBounds: LogBounds = { read: 16 * MiB, keep: MiB };

/** The agent writes one each second; below 80 % it says nothing, and there are 86,400 of them a day. */
const resource = /current memory percent used: (\d+(?:\.\d+)?)%, current cpu percent used: (\d+(?:\.\d+)?)%/;
const quiet = (line: string): boolean => {
  const used = resource.exec(line);
  return used !== null && Number(used[1]) < 80 && Number(used[2]) < 80;
};

/** The newest lines of a log as text. What was left out is said in lines of their own, in square brackets. */
export async function logText(chunks: AsyncIterable<Uint8Array>, bounds: LogBounds = logBounds): Promise<string> {
  const kept: string[] = [];
  const said = { read: 0, keptBytes: 0, quiet: 0, early: 0, cut: false };
  const take = (line: string) => {
    if (quiet(line)) {
      said.quiet++;
      return;
    }
    kept.push(line);
    said.keptBytes += Buffer.byteLength(line) + 1;
    while (said.keptBytes > bounds.keep && kept.length > 1) {
      said.keptBytes -= Buffer.byteLength(kept.shift() ?? "") + 1;
      said.early++;
    }
  };
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    said.read += chunk.length;
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = (lines.pop() ?? "").slice(0, bounds.keep);
    for (const line of lines) take(line);
    said.cut = said.read >= bounds.read;
    if (said.cut) break;
  }
  if (rest !== "") take(rest);
  return [
    ...(said.early > 0 ? [`[cut: ${said.early} earlier lines are left out, the newest ${bounds.keep} bytes are here]`] : []),
    ...(said.quiet > 0 ? [`[${said.quiet} lines about memory and CPU under 80 % are left out]`] : []),
    ...kept,
    ...(said.cut ? [`[cut: the log goes on, reading stopped after ${said.read} bytes]`] : []),
  ].join("\n");
}
