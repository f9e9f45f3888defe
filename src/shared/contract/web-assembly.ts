/** WebAssembly, as far as it is used here: its types come with those of browsers. */

/** Memory of an instance; its buffer is another one once it has grown. */
export interface WebMemory {
  readonly buffer: ArrayBuffer
  /** @param pages Of 64 KiB each. */
  grow(pages: number): number
}

declare const WebAssembly: {
  Module: new (code: Uint8Array) => object
  Instance: new (module: object) => { exports: unknown }
}

/** What a new instance of `code`, which is in base64, exports: as `T` says, and that is up to the caller. */
export const instanceOf = <T>(code: string): T =>
  new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(code, 'base64'))).exports as T
