/**
 * Repairs of the network code of kafkajs 2.2.4; part of `internals.ts`, with its guard tests.
 */
import { createRequire } from 'node:module'
import type { Socket } from 'node:net'

const require = createRequire(import.meta.url)

interface InflightRequest {
  /** Milliseconds since 1970. */
  sentAt: number
  /** Milliseconds. */
  requestTimeout: number
  timeoutRequest(): void
}

interface RequestQueue {
  requestTimeout: number
  enforceRequestTimeout: boolean
  /** Cleared by `destroy`, which is as good for a timeout as for an interval. */
  requestTimeoutIntervalId: NodeJS.Timeout | null
  inflight: Map<number, InflightRequest>
  isConnected(): boolean
  destroy(): void
  scheduleRequestTimeoutCheck(): void
  throttledUntil: number
  throttleCheckTimeoutId: NodeJS.Timeout | null
  pending: unknown[]
  checkPendingRequests(): void
  scheduleCheckPendingRequests(): void
}

interface NetworkConnection {
  isConnected(): boolean
  connect(): Promise<boolean>
  send(request: object): Promise<unknown>
  socket: Socket | undefined
  bytesBuffered: number
  bytesNeeded: number
  chunks: Buffer[]
  processData(data: Buffer): void
}

const requestQueue = (require('kafkajs/src/network/requestQueue') as { prototype: RequestQueue }).prototype
const connection = (require('kafkajs/src/network/connection') as { prototype: NetworkConnection }).prototype

const connectOriginal = connection.connect
const sendOriginal = connection.send
const processOriginal = connection.processData

/** kafkajs' own interval for requests that wait for a free place, milliseconds. */
const CHECK_PENDING_INTERVAL_MS = 10
/** Every answer begins with its length, an int32. */
const LENGTH_BYTES = 4

/** Puts the repairs below in place; doing it twice changes nothing. */
export function repairNetwork(): void {
  requestQueue.scheduleCheckPendingRequests = scheduleWhenPending
  requestQueue.scheduleRequestTimeoutCheck = checkTimeoutsWhenDue
  connection.connect = connectOnce
  connection.send = sendOrBreak
  connection.processData = processWhole
}

/**
 * Stops the request queue from waking up every millisecond for ever, and with it Node's TimeoutNegativeWarning.
 *
 * The original arms a timer after every answer even when nothing waits, with a delay that is negative unless the
 * broker throttles. Every request that comes to wait schedules its own check, so with nothing waiting no timer is
 * needed.
 * @see https://github.com/tulios/kafkajs/issues/1704
 */
function scheduleWhenPending(this: RequestQueue): void {
  if (this.throttleCheckTimeoutId || this.pending.length === 0) return
  const throttledMs = this.throttledUntil - Date.now()
  this.throttleCheckTimeoutId = setTimeout(
    () => {
      this.throttleCheckTimeoutId = null
      this.checkPendingRequests()
    },
    throttledMs > 0 ? throttledMs : CHECK_PENDING_INTERVAL_MS,
  )
}

/**
 * Looks for requests that were not answered in time when the first of them is due; one that is sent later is due later, since
 * none may take less than `requestTimeout`.
 *
 * The original looks ten times a second on every connection: with three of them most of what an idle tracker costs. The
 * timer keeps no process alive: a connection that closed by itself keeps its timer, and one that is open has its socket.
 */
function checkTimeoutsWhenDue(this: RequestQueue): void {
  if (!this.enforceRequestTimeout) return
  this.destroy()
  const check = (): void => {
    const nowMs = Date.now()
    let waitMs = this.requestTimeout
    for (const request of this.inflight.values()) {
      const leftMs = request.sentAt + request.requestTimeout - nowMs
      if (leftMs < 0) request.timeoutRequest()
      else waitMs = Math.min(waitMs, leftMs + 1)
    }
    this.requestTimeoutIntervalId = this.isConnected() ? setTimeout(check, waitMs).unref() : null
  }
  this.requestTimeoutIntervalId = setTimeout(check, this.requestTimeout).unref()
}

const connecting = new WeakMap<NetworkConnection, Promise<boolean>>()

/**
 * Opens one socket at a time, and forgets the half of an answer that a broken one left behind.
 *
 * The original opens a socket for every request that finds the connection closed; all but the last leak, and take
 * the connection down when the broker ends them. And it reads the first bytes of a new socket as the rest of the
 * last answer of the old one, so that no answer is ever understood again.
 */
function connectOnce(this: NetworkConnection): Promise<boolean> {
  if (this.isConnected()) return Promise.resolve(true)
  const pending = connecting.get(this)
  if (pending) return pending
  this.chunks = []
  this.bytesBuffered = 0
  this.bytesNeeded = LENGTH_BYTES
  const attempt = connectOriginal.call(this).finally(() => connecting.delete(this))
  connecting.set(this, attempt)
  return attempt
}

/**
 * Breaks a connection on which a request was not answered in time, so that the next one gets another.
 *
 * The original keeps it. Where the other end is gone without a word, every request to that broker then waits for its
 * whole time limit, until the system gives the connection up after many minutes.
 */
async function sendOrBreak(this: NetworkConnection, request: object): Promise<unknown> {
  const { socket } = this
  try {
    return await sendOriginal.call(this, request)
  } catch (error) {
    breakIfSilent(error, { connection: this, socket })
    throw error
  }
}

/**
 * Takes an answer that comes whole as it is.
 *
 * The original keeps what is behind each answer, be it nothing, and copies that and the next one together.
 */
function processWhole(this: NetworkConnection, data: Buffer): void {
  if (this.bytesBuffered === 0) this.chunks = []
  processOriginal.call(this, data)
}

/** Breaks `socket` where `error` says that a request over it was not answered in time, and it is still the connection's. */
export function breakIfSilent(
  error: unknown,
  { connection: of, socket }: { connection: { socket: Socket | undefined }; socket: Socket | undefined },
): void {
  if ((error as Error).name === 'KafkaJSRequestTimeoutError' && socket === of.socket)
    socket?.destroy(new Error('a request was not answered in time'))
}
