/**
 * Follows one file by its name, from wherever its owner says, across growth, cutting, rotation and absence.
 *
 * It only reads, and believes only what it reads: size, inode, and whether the bytes before its place are still
 * the bytes it read. What a line means, and where to go on after a surprise, is its owner's matter.
 */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { errnoCode, errorText } from '../../shared/runtime/errors.js'
import { type Line, LineSplitter } from './line-splitter.js'
import { type OpenFile, readAt } from './part-file.js'

/** Bytes per read; also the most that one step reads. */
const READ_BYTES = 1024 * 1024
/** So many bytes before the place are compared to see that the file was not cut and written anew. */
const ANCHOR_BYTES = 128

export type FileState = 'missing' | 'denied' | 'unreadable' | 'open'

export interface FileStatus {
  path: string
  state: FileState
  /** The system's words where the state is `denied` or `unreadable`. */
  problem: string | null
  sizeBytes: number
  /** Bytes that were there at the last look and are not read yet. */
  behindBytes: number
}

/** `first`: nothing was open before. `next`: the name means another file now. `cut`: the same file lost bytes. */
export type OpenReason = 'first' | 'next' | 'cut'

export interface FollowerOwner {
  /** Answers the offset to read from, the start of a line. */
  onOpen(file: OpenFile, reason: OpenReason): number
  /** Takes one line, after which `linesLeft` of the same read come; a number sends the follower to that offset. */
  onLine(line: Line, context: { file: OpenFile; linesLeft: number }): number | undefined
}

interface Identity {
  dev: number
  ino: number
}

export class FileFollower {
  readonly #path: string
  readonly #owner: FollowerOwner
  readonly #buffer = Buffer.allocUnsafe(READ_BYTES)
  #fd: number | null = null
  #identity: Identity = { dev: 0, ino: 0 }
  #sizeBytes = 0
  #modifiedMs = 0
  #splitter = new LineSplitter()
  #anchor: Buffer = Buffer.alloc(0)
  #state: FileState = 'missing'
  #problem: string | null = null

  constructor(path: string, owner: FollowerOwner) {
    this.#path = path
    this.#owner = owner
  }

  get status(): FileStatus {
    return {
      path: this.#path,
      state: this.#state,
      problem: this.#problem,
      sizeBytes: this.#sizeBytes,
      behindBytes: Math.max(0, this.#sizeBytes - this.#splitter.offset),
    }
  }

  /** Offset up to which the file has been read. */
  get offset(): number {
    return this.#splitter.offset
  }

  /** Looks once and reads at most one buffer; true while there may be more to do at once. */
  step(): boolean {
    try {
      if (this.#fd === null) return this.#openByName()
      return this.#readOn(this.#fd)
    } catch (error) {
      this.#fail(error)
      return false
    }
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd)
    this.#fd = null
  }

  #openByName(): boolean {
    this.#open('first')
    return true
  }

  #open(reason: OpenReason): void {
    const fd = openSync(this.#path, 'r')
    this.close()
    this.#fd = fd
    const { dev, ino, size } = fstatSync(fd)
    this.#identity = { dev, ino }
    this.#sizeBytes = size
    this.#modifiedMs = Number.NaN
    this.#state = 'open'
    this.#problem = null
    this.#goTo(this.#owner.onOpen(this.#openFile(fd), reason))
  }

  #goTo(offset: number): void {
    this.#splitter = new LineSplitter(offset)
    this.#anchor = this.#fd === null ? Buffer.alloc(0) : this.#readAnchor(this.#fd)
  }

  #readOn(fd: number): boolean {
    const { size, mtimeMs } = fstatSync(fd)
    const isTouched = size !== this.#sizeBytes || mtimeMs !== this.#modifiedMs
    this.#sizeBytes = size
    this.#modifiedMs = mtimeMs
    if (isTouched && !this.#stands(fd, size)) {
      this.#goTo(this.#owner.onOpen(this.#openFile(fd), 'cut'))
      return true
    }
    const offset = this.#splitter.offset
    if (offset >= size) return this.#lookForSuccessor()
    const bytes = readSync(fd, this.#buffer, 0, READ_BYTES, offset)
    if (bytes === 0) return false
    this.#take(fd, this.#buffer.subarray(0, bytes))
    return true
  }

  /** True while the bytes just before the place are those that were read. */
  #stands(fd: number, size: number): boolean {
    return size >= this.#splitter.offset && this.#readAnchor(fd).equals(this.#anchor)
  }

  #take(fd: number, chunk: Buffer): void {
    const file = this.#openFile(fd)
    const lines = this.#splitter.push(chunk)
    for (const [index, line] of lines.entries()) {
      const goTo = this.#owner.onLine(line, { file, linesLeft: lines.length - 1 - index })
      if (goTo !== undefined) {
        this.#goTo(goTo)
        return
      }
    }
    this.#anchor = Buffer.concat([this.#anchor, chunk.subarray(-ANCHOR_BYTES)]).subarray(-ANCHOR_BYTES)
  }

  #readAnchor(fd: number): Buffer {
    const from = Math.max(0, this.#splitter.offset - ANCHOR_BYTES)
    return readAt(fd, from, this.#splitter.offset - from)
  }

  /**
   * At the end of the open file: does its name mean another file by now?
   *
   * A new file that is still empty does not count: a rotation may make it before the writer goes over to it.
   */
  #lookForSuccessor(): boolean {
    const found = statSync(this.#path, { throwIfNoEntry: false })
    if (!found) {
      this.#state = 'missing'
      return false
    }
    this.#state = 'open'
    this.#problem = null
    const isSame = found.dev === this.#identity.dev && found.ino === this.#identity.ino
    if (isSame || found.size === 0) return false
    // What the writer appended between the last read and its going over is read before the new file is opened.
    if (this.#fd !== null && fstatSync(this.#fd).size > this.#splitter.offset) return true
    this.#open('next')
    return true
  }

  #openFile(fd: number): OpenFile {
    return { sizeBytes: this.#sizeBytes, readAt: (position, length) => readAt(fd, position, length) }
  }

  #fail(error: unknown): void {
    const code = errnoCode(error)
    if (code === undefined) throw error
    this.#problem = code === 'ENOENT' ? null : errorText(error)
    if (code === 'ENOENT') this.#state = 'missing'
    else this.#state = code === 'EACCES' || code === 'EPERM' ? 'denied' : 'unreadable'
  }
}
