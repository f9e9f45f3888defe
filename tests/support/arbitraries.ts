/** Arbitrary records for property tests: what a topic may hold, with a liking for what breaks readers. */
import fc from 'fast-check'

/** Texts that a careless reader of a line would take for its own fields. */
const DECEPTIVE = [
  ',"hash":"',
  `,"hash":"${'0'.repeat(64)}"}`,
  ',"seq":1',
  ',"order_full":{}',
  '"event_type":"journal.checkpoint"',
  '\u2028\u2029\u0085',
  '\ufeff\ufffd',
  '\u0000\u001b[31m',
]

const deceptiveText = fc.oneof(
  fc.string(),
  fc.constantFrom(...DECEPTIVE),
  fc.tuple(fc.string(), fc.constantFrom(...DECEPTIVE)).map((parts) => parts.join('')),
)

const key = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'hash', 'seq', 'order_full', ''),
  deceptiveText,
)

const { value: jsonValue } = fc.letrec<{ value: unknown; object: object }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(deceptiveText, fc.double(), fc.integer(), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('object'),
  ),
  object: fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((pairs) => Object.fromEntries(pairs)),
}))

/** JSON objects as text, written in the ways that programs write them. */
const objectText = fc
  .tuple(fc.array(fc.tuple(key, jsonValue), { maxLength: 5 }), fc.constantFrom('', '  ', '\t', '\r\n'))
  .map(([pairs, indent]) => {
    // Built by hand, so that equal keys stay.
    const fields = pairs.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value) ?? 'null'}`)
    return indent === '' ? `{${fields.join(',')}}` : `{\n${indent}${fields.join(`,\n${indent}`)}\n}`
  })

/** An object nested `levels` deep, by objects or by arrays. */
export const nested = (levels: number, by: '{' | '[' = '{'): string =>
  by === '{'
    ? `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`
    : `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`

const nestedText = fc
  .tuple(fc.constantFrom(1, 2, 63, 64, 65, 66, 500), fc.constantFrom('{' as const, '[' as const))
  .map(([levels, by]) => nested(levels, by))

const oddText = fc.constantFrom(
  '',
  ' ',
  'null',
  'true',
  '0',
  '"text"',
  '[]',
  '[{"a":1}]',
  '\ufeff{"a":1}',
  '{"a":1}\n',
  ' {"a":1}',
  '{"a":1}\u0000',
  '{"a":1e999,"b":-0,"c":123456789012345678901234567890}',
  '{"a":1,"a":2}',
  `{"a":${nested(70)},"a":1}`,
  '{"__proto__":{"polluted":true}}',
  '{"a":"\\ud800"}',
  '{"a":1,"seq":5,"hash":"x"}',
  `{"a":{},"order_full":{"b":1},"seq":7,"hash":"${'a'.repeat(64)}"}`,
  '{"metadata":{"event_type":"constructor"}}',
  '{"a":1',
)

const bytes = fc.uint8Array({ maxLength: 64 }).map((array) => Buffer.from(array))

/** UTF-8 but for one place. */
const brokenText = fc
  .tuple(deceptiveText, fc.constantFrom([0xff], [0xc3], [0xed, 0xa0, 0x80], [0xf8]), deceptiveText)
  .map(([before, bad, after]) => Buffer.concat([Buffer.from(before), Buffer.from(bad), Buffer.from(after)]))

/** Value of a record; null is a tombstone. */
export const anyValue = fc.oneof(
  { weight: 4, arbitrary: objectText.map((text) => Buffer.from(text)) },
  { weight: 2, arbitrary: oddText.map((text) => Buffer.from(text)) },
  nestedText.map((text) => Buffer.from(text)),
  deceptiveText.map((text) => Buffer.from(text)),
  jsonValue.map((value) => Buffer.from(JSON.stringify(value) ?? 'null')),
  bytes,
  brokenText,
  fc.constant(null),
)

const keyBytes = fc.oneof(
  fc.constant(null),
  deceptiveText.map((text) => Buffer.from(text)),
  bytes,
  brokenText,
)

/** Everything of a record but its place. */
export const anyContent = fc.record({
  value: anyValue,
  key: keyBytes,
  headers: fc.array(
    fc.tuple(fc.constantFrom('traceparent', 'ce_type', 'order_full', '__proto__', 'é', ''), keyBytes),
    { maxLength: 4 },
  ),
  timestampMs: fc.oneof(
    fc.constantFrom('-1', '0', '-2', '253402300799999', '253402300800000', '8640000000000001'),
    fc.constantFrom('9223372036854775807', '-9223372036854775808', '-62167219200000', '-62167219200001'),
    fc.integer({ min: 0, max: 4_102_444_800_000 }).map(String),
  ),
})
