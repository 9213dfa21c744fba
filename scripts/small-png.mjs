// A picture of a page has few colours: with a palette it takes a third of the bytes.
import { crc32, deflateSync, inflateSync } from 'node:zlib'

const MOST_COLOURS = 256

/** Of a PNG as Chromium writes it: 8 bits, RGB or RGBA, not interlaced. */
export function smallPng(png) {
  const { width, height, pixels } = decoded(png)
  const { palette, indexOf } = paletteOf(pixels)
  const rows = Buffer.alloc((width + 1) * height)
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) rows[y * (width + 1) + 1 + x] = indexOf(pixels[at])
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 3], 8)
  const colours = Buffer.from(
    palette.flatMap((each) => [each >> 16, (each >> 8) & 255, each & 255]),
  )
  return Buffer.concat([
    png.subarray(0, 8),
    chunk('IHDR', head),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** The commonest colours; each other one becomes the one that is nearest to it. */
function paletteOf(pixels) {
  const counts = new Map()
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1)
  const sorted = [...counts].toSorted((a, b) => b[1] - a[1]).map(([pixel]) => pixel)
  const palette = sorted.slice(0, MOST_COLOURS)
  const places = new Map(palette.map((pixel, place) => [pixel, place]))
  const indexOf = (pixel) => {
    const known = places.get(pixel)
    if (known !== undefined) return known
    const distances = palette.map((each) => distance(each, pixel))
    const nearest = distances.indexOf(Math.min(...distances))
    places.set(pixel, nearest)
    return nearest
  }
  return { palette, indexOf }
}

function distance(a, b) {
  return [16, 8, 0].reduce((sum, bits) => sum + (((a >> bits) & 255) - ((b >> bits) & 255)) ** 2, 0)
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

function decoded(png) {
  const width = png.readUInt32BE(16)
  const height = png.readUInt32BE(20)
  const each = png[25] === 6 ? 4 : 3
  const data = inflateSync(Buffer.concat(dataOf(png)))
  const stride = width * each
  const lines = Buffer.alloc(stride * height)
  for (let y = 0; y < height; y++) {
    const from = y * (stride + 1)
    const line = lines.subarray(y * stride, (y + 1) * stride)
    const above = y === 0 ? Buffer.alloc(stride) : lines.subarray((y - 1) * stride, y * stride)
    data.copy(line, 0, from + 1, from + 1 + stride)
    unfilter(data[from], line, above, each)
  }
  const pixels = Array.from({ length: width * height }, (_, at) => lines.readUIntBE(at * each, 3))
  return { width, height, pixels }
}

function dataOf(png) {
  const parts = []
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const type = png.toString('latin1', at + 4, at + 8)
    if (type === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)))
  }
  return parts
}

/** Filters 0 to 4 of the PNG specification, section 9. */
function unfilter(filter, line, above, each) {
  for (let at = 0; at < line.length; at++) {
    const left = at < each ? 0 : line[at - each]
    const corner = at < each ? 0 : above[at - each]
    const added = [0, left, above[at], (left + above[at]) >> 1, paeth(left, above[at], corner)]
    line[at] = (line[at] + added[filter]) & 255
  }
}

function paeth(left, above, corner) {
  const [a, b, c] = [left, above, corner].map((each) => Math.abs(left + above - corner - each))
  if (a <= b && a <= c) return left
  return b <= c ? above : corner
}
