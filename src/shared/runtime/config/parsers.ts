/** Turns the text of a setting into its value; a text that is none throws a message that says what is expected. */

export type Parser<T> = (text: string) => T

export const text: Parser<string> = (value) => {
  if (value.trim() === '') throw new Error('expected a text that is not empty')
  return value.trim()
}

/** Taken as it is: blanks may belong to it. */
export const secretText: Parser<string | null> = (value) => (value === '' ? null : value)

export const optionalText: Parser<string | null> = (value) => (value.trim() === '' ? null : value.trim())

/** A name that may stand in file names and client ids. */
export const instanceName: Parser<string | null> = (value) => {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(value)) {
    throw new Error('expected 1 to 64 letters, digits, ".", "_" or "-", the first a letter or digit')
  }
  return value
}

export const flag: Parser<boolean> = (value) => {
  if (/^(1|true|yes|on)$/i.test(value)) return true
  if (/^(0|false|no|off)$/i.test(value)) return false
  throw new Error('expected true or false')
}

/** A whole number in [min, max]. */
export const wholeNumber =
  (min: number, max: number): Parser<number> =>
  (value) => {
    const number = Number(value)
    if (!/^\d+$/.test(value.trim()) || number < min || number > max) {
      throw new Error(`expected a whole number from ${min} to ${max}`)
    }
    return number
  }

/** A number in [min, max], fractions allowed. */
export const decimal =
  (min: number, max: number): Parser<number> =>
  (value) => {
    const number = Number(value)
    if (!/^\d+(\.\d+)?$/.test(value.trim()) || number < min || number > max) {
      throw new Error(`expected a number from ${min} to ${max}`)
    }
    return number
  }

export const oneOf =
  <const T extends string>(...values: T[]): Parser<T> =>
  (value) => {
    const found = values.find((candidate) => candidate === value.trim().toLowerCase())
    if (!found) throw new Error(`expected one of ${values.join(', ')}`)
    return found
  }

const list = (value: string): string[] =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

/** `host:port` pairs, comma-separated. */
export const brokerList: Parser<string[]> = (value) => {
  const brokers = list(value)
  if (brokers.length === 0) throw new Error('expected host:port, several separated by commas')
  for (const broker of brokers) {
    const port = Number(/^(?:\[[0-9a-fA-F:]+\]|[^\s:/[\]]+):(\d{1,5})$/.exec(broker)?.[1])
    if (!(port >= 1 && port <= 65_535)) throw new Error(`expected host:port, found "${broker}"`)
  }
  return brokers
}

/** Kafka's own rule for topic names. */
export const topicName: Parser<string> = (value) => {
  const name = value.trim()
  if (!/^[a-zA-Z0-9._-]{1,249}$/.test(name) || name === '.' || name === '..') {
    throw new Error(`"${value}" is not a topic name (1 to 249 letters, digits, ".", "_" or "-")`)
  }
  return name
}

export const topicList: Parser<string[]> = (value) => {
  const topics = list(value).map(topicName)
  if (topics.length === 0) throw new Error('expected a topic name, several separated by commas')
  return [...new Set(topics)]
}
