import { createHash, createHmac, type Hash } from "node:crypto";

/** Node's hashing, as the signer wants it: keyed where it is given a key. */
export class Sha256 {
  readonly #hash: Pick<Hash, "digest"> & { update(data: Uint8Array | string): unknown };
  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = key === undefined ? createHash("sha256") : createHmac("sha256", typeof key === "string" ? key : bytesOf(key));
  }
  update(data: Uint8Array | string): void {
    this.#hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {
    throw new Error("each signature takes a hash of its own");
  }
}

const bytesOf = (data: ArrayBuffer | ArrayBufferView): Uint8Array =>
  ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
