/** Why a face that the network calls covered cannot be seen: `expression/glare.py`. */
const WHITE = 0.98;
const GLARE_SHARE = 0.25;

export function hiddenBy(crop: Float32Array): "overexposed" | "covered" {
  const white = crop.reduce((count, value) => (value >= WHITE ? count + 1 : count), 0);
  return white / crop.length > GLARE_SHARE ? "overexposed" : "covered";
}
