/** Where squares are cut, so that Python and browser cut the same pixels: `pixel_grid.py`. */

/** The nearest multiple of `step`, halves upwards. */
export function onGrid(value: number, step: number): number {
  return Math.floor(value / step + 0.5) * step;
}
