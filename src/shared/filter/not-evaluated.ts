/** What people are told of the records that a filter could not be evaluated on; apart, so that nothing is loaded for it. */

/** @param count 1 or more. */
export const notEvaluatedText = (count: number): string =>
  `the filter could not be evaluated on ${count === 1 ? '1 record, which was not printed' : `${count} records; none of them was printed`}`
