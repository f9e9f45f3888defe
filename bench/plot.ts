/** A plot as SVG: lines over sizes that grow by factors, and a band that they should stay in. */

export interface PlotLine {
  name: string
  /** In the order of their sizes. */
  points: { size: number; value: number }[]
}

export interface Plot {
  title: string
  lines: PlotLine[]
  /** Values from 0 to this one are shaded. */
  band: number
}

const WIDTH = 860
const HEIGHT = 380
const LEFT = 60
const RIGHT = 240
const TOP = 50
const BOTTOM = 50
const LEGEND_STEP = 22
/** Told apart by people who see colours differently, on light and dark pages. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00']
const INK = '#808080'

/** Sizes on a logarithmic axis, values on a linear one from 0. */
export function linePlot({ title, lines, band }: Plot): string {
  const points = lines.flatMap((line) => line.points)
  const sizes = [...new Set(points.map(({ size }) => size))].toSorted((a, b) => a - b)
  const top = Math.ceil(Math.max(band, ...points.map(({ value }) => value)) * 1.1 * 5) / 5
  const [least = 1, most = 10] = [sizes[0], sizes.at(-1)]
  const span = Math.log(most / least) || 1
  const x = (size: number): number =>
    Math.round(LEFT + (Math.log(size / least) / span) * (WIDTH - LEFT - RIGHT))
  const y = (value: number): number => Math.round(HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM))
  const right = WIDTH - RIGHT
  const ticks = Array.from({ length: 6 }, (_, index) => (top / 5) * index)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13" fill="${INK}">`,
    `<title>${title}</title>`,
    `<text x="${LEFT}" y="24" font-size="15">${title}</text>`,
    `<rect x="${LEFT}" y="${y(band)}" width="${right - LEFT}" height="${y(0) - y(band)}" fill="${INK}" fill-opacity="0.12"/>`,
    ...ticks.map((value) => axisText(LEFT - 8, y(value) + 4, value.toFixed(2), 'end')),
    ...sizes.map((size) => axisText(x(size), HEIGHT - BOTTOM + 20, size.toLocaleString('en-US'), 'middle')),
    `<path d="M${LEFT} ${TOP}V${y(0)}H${right}" fill="none" stroke="${INK}"/>`,
    ...lines.flatMap(({ name, points: own }, index) => {
      const colour = COLOURS[index % COLOURS.length]
      const path = own.map(({ size, value }) => `${x(size)},${y(value)}`)
      const legendY = TOP + index * LEGEND_STEP
      return [
        `<polyline points="${path.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
        ...own.map(({ size, value }) => `<circle cx="${x(size)}" cy="${y(value)}" r="4" fill="${colour}"/>`),
        `<rect x="${right + 24}" y="${legendY - 9}" width="12" height="12" fill="${colour}"/>`,
        `<text x="${right + 42}" y="${legendY + 2}">${name}</text>`,
      ]
    }),
    '</svg>',
    '',
  ].join('\n')
}

const axisText = (x: number, y: number, text: string, anchor: string): string =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}">${text}</text>`
