/** The little linear algebra that head pose needs. Matrices are nine numbers by rows. */
export type Vector3 = readonly [number, number, number];
export type Matrix3 = readonly [
  number, number, number,
  number, number, number,
  number, number, number,
]; // prettier-ignore

export function multiply3(p: Matrix3, q: Matrix3): Matrix3 {
  const product = Array.from({ length: 9 }, (_, at) => {
    const [row, column] = [3 * Math.floor(at / 3), at % 3];
    return p[row]! * q[column]! + p[row + 1]! * q[column + 3]! + p[row + 2]! * q[column + 6]!;
  });
  return product as unknown as Matrix3;
}

export function invert3([a, b, c, d, e, f, g, h, i]: Matrix3): Matrix3 {
  const [p, q, r] = [e * i - f * h, f * g - d * i, d * h - e * g];
  const s = 1 / (a * p + b * q + c * r);
  return [
    p * s, (c * h - b * i) * s, (b * f - c * e) * s,
    q * s, (a * i - c * g) * s, (c * d - a * f) * s,
    r * s, (b * g - a * h) * s, (a * e - b * d) * s,
  ]; // prettier-ignore
}

/** The rotation about the vector by its length in radians (Rodrigues). */
export function rotation([x, y, z]: Vector3): Matrix3 {
  const angle = Math.hypot(x, y, z);
  if (angle < 1e-12) return [1, -z, y, z, 1, -x, -y, x, 1];
  const [u, v, w] = [x / angle, y / angle, z / angle];
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const k = 1 - c;
  return [
    c + u * u * k, u * v * k - w * s, u * w * k + v * s,
    u * v * k + w * s, c + v * v * k, v * w * k - u * s,
    u * w * k - v * s, v * w * k + u * s, c + w * w * k,
  ]; // prettier-ignore
}
