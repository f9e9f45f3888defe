/** What a program wrote to a terminal beside the sequences that it draws with. */

const ESC = '\u001b'
/** One attribute or colour, as chalk writes it: never two in one sequence. */
const ATTRIBUTE =
  '(?:[0-9]|2[1-9]|[34][0-79]|9[0-7]|10[0-7]|[34]8;5;\\d{1,3}|[34]8;2;\\d{1,3};\\d{1,3};\\d{1,3})m'
/**
 * Moves to a place on a screen of up to 99 lines, erasing to the end of the line or of the screen, and the modes that the
 * monitor sets and takes back.
 */
const DRAWN = new RegExp(
  `${ESC}\\[(?:${ATTRIBUTE}|\\d*[ABEGH]|\\d{1,2};\\d{1,3}H|[JK]|\\?(?:25|1049|2004|2026)[hl])|\\r\\n`,
  'g',
)
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu

/** Each piece of `raw` that may control or deceive a terminal, with what stands around it; empty where all is well. */
export function terminalFaults(raw: string): string[] {
  const text = raw.replace(DRAWN, '')
  return [...text.matchAll(UNSAFE)]
    .slice(0, 20)
    .map(
      ({ 0: found, index }) =>
        `${JSON.stringify(found)} in ${JSON.stringify(text.slice(Math.max(0, index - 40), index + 40))}`,
    )
}
