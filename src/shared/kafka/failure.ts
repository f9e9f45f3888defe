/**
 * What a failed call of kafkajs means: for a person one line with what to do next, for a program whether the
 * broker is only away for a while.
 */
import { sleep, systemClock } from '../runtime/clock.js'
import { descriptorFailure, isDescriptorFailure } from '../runtime/descriptors.js'
import { ExitCode, errorText, SuiteError } from '../runtime/errors.js'
import type { KafkaError } from './internals.js'

/** OpenSSL's and Node's words for a certificate or a TLS version that does not fit. */
const TLS_CODE =
  /^(ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO$)/

const SASL_TYPES = new Set(['SASL_AUTHENTICATION_FAILED', 'UNSUPPORTED_SASL_MECHANISM', 'ILLEGAL_SASL_STATE'])

/** There is nobody, or nobody by that name; anything else is somebody who speaks otherwise. */
const NOBODY_CODES = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

/** Text of every error of a client that was closed on purpose; no use in trying again. */
export const CLIENT_CLOSED = 'the client was closed'

/** The error at the bottom of what kafkajs wrapped it in; it keeps `code`, `type` and the plain text. */
export function rootError(error: unknown): KafkaError {
  let root = error as KafkaError
  // Bounded, because nothing keeps a cause from being its own.
  for (let depth = 0; depth < 10; depth += 1) {
    const inner = root?.errors?.[0] ?? root?.cause
    if (!(inner instanceof Error)) break
    root = inner as KafkaError
  }
  return root
}

/** True where the same call may succeed later without anybody changing anything: a broker away, a leader moving. */
export function isTransient(error: unknown): boolean {
  const root = rootError(error)
  if (TLS_CODE.test(String(root.code ?? ''))) return false
  if (root.name === 'KafkaJSSASLAuthenticationError' || isDescriptorFailure(root)) return false
  if (root.message?.endsWith(CLIENT_CLOSED)) return false
  if (root.name === 'KafkaJSLockTimeout' || root.name === 'KafkaJSGroupCoordinatorNotFound') return true
  if (root.type === 'UNKNOWN_TOPIC_OR_PARTITION') return true
  return root.retriable === true
}

/** Between two tries, which each try several times themselves, milliseconds. */
const RETRY_MS = 100

/**
 * Repeats `work` while what it throws {@link isTransient} and `deadlineMs` have not passed; rethrows the last.
 *
 * At least one try is made. A try that hangs is not cut short; kafkajs ends each request after its time limit.
 */
export async function retryTransient<T>(deadlineMs: number, work: () => Promise<T>): Promise<T> {
  const end = systemClock.monotonic() + deadlineMs
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!isTransient(error) || systemClock.monotonic() >= end) throw error
      await sleep(RETRY_MS)
    }
  }
}

/**
 * A `SuiteError` that says what failed at `brokers`, which way out there is, and never a secret.
 *
 * Credentials, TLS and permissions end in {@link ExitCode.configuration}, a lack of descriptors in
 * {@link ExitCode.file}, everything else in {@link ExitCode.unavailable}.
 */
export function kafkaFailure(error: unknown, brokers: string[]): SuiteError {
  if (error instanceof SuiteError) return error
  const root = rootError(error)
  if (isDescriptorFailure(root)) return descriptorFailure(root)
  const at = brokers.join(', ')
  const fail = (code: string, exit: ExitCode, message: string): SuiteError =>
    new SuiteError(code, message, { exit, context: { brokers, type: root.type ?? root.name }, cause: error })
  if (root.name === 'KafkaJSSASLAuthenticationError' || SASL_TYPES.has(root.type ?? '')) {
    return fail(
      'authentication_failed',
      ExitCode.configuration,
      `the broker at ${at} refuses the credentials (${root.message}); check KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD`,
    )
  }
  if (TLS_CODE.test(String(root.code ?? ''))) {
    return fail(
      'tls_failed',
      ExitCode.configuration,
      `no TLS with ${at} (${root.message}); check KAFKA_TLS_CA_FILE, KAFKA_TLS_CERT_FILE and whether that port speaks TLS`,
    )
  }
  if (root.type?.endsWith('_AUTHORIZATION_FAILED')) {
    return fail(
      'not_authorized',
      ExitCode.configuration,
      `the broker at ${at} does not permit this (${root.message}); ask for the rights, or check KAFKA_SASL_USERNAME`,
    )
  }
  if (root.name === 'KafkaJSNotImplemented') {
    return fail(
      'codec_unsupported',
      ExitCode.configuration,
      `records at ${at} are compressed with a codec that this version cannot read (${root.message}); have the producer use gzip or none`,
    )
  }
  if (root.type === 'UNKNOWN_TOPIC_OR_PARTITION') {
    return fail(
      'topic_missing',
      ExitCode.unavailable,
      `a topic is not there on ${at}; \`orderscope up\` creates the configured ones`,
    )
  }
  if (root.type !== undefined && !isTransient(root)) {
    return fail(
      'broker_refused',
      ExitCode.failed,
      `the broker at ${at} refuses: ${root.message} (${root.type})`,
    )
  }
  if (root.type !== undefined) {
    return fail(
      'broker_unavailable',
      ExitCode.unavailable,
      `the brokers at ${at} are not ready: ${root.message} (${root.type}); try again, or look at the broker's log`,
    )
  }
  const hint = NOBODY_CODES.has(String(root.code))
    ? ''
    : '; where it wants TLS or a login, or does not, set KAFKA_TLS_ENABLED and KAFKA_SASL_MECHANISM'
  return fail(
    'broker_unavailable',
    ExitCode.unavailable,
    `no Kafka broker answers at ${at} (${errorText(root)}); start one with \`orderscope up\`, or set KAFKA_BROKERS to one that runs${hint}`,
  )
}
