/**
 * Head pose from rigid points of the mesh: `faces/pose.py`.
 *
 * Python asks OpenCV's SQPnP (Terzakis and Lourakis 2020). The same cost is minimised
 * here: with (u, v) a point in the camera's plane and (X, Y, Z) = R m + t its model point,
 * the sum of (X − u Z)² + (Y − v Z)², t in closed form, R on the rotations, by
 * Levenberg-Marquardt from a few starts that cover all heads that a camera can see.
 */
import { invert3, multiply3, rotation, type Matrix3, type Vector3 } from "./matrix.ts";
import type { Mesh } from "./mesh.ts";

/** Degrees; 0, 0, 0 looks into the camera; yaw positive to the person's left, pitch
 * negative = head down, roll positive = tilted clockwise in the picture. */
export interface HeadPose {
  readonly yawDeg: number;
  readonly pitchDeg: number;
  readonly rollDeg: number;
}

/** Mesh point, then centimetres x to the person's left, y up, z out of the face:
 * MediaPipe's canonical face (Apache-2.0), points that no expression moves. */
export const CANONICAL_CM: readonly (readonly [number, number, number, number])[] = [
  [6, 0.0, 2.473, 5.789],
  [168, 0.0, 3.271, 5.236],
  [197, 0.0, 1.728, 6.317],
  [5, 0.0, 0.366, 7.243],
  [4, 0.0, -0.463, 7.587],
  [10, 0.0, 8.262, 4.482],
  [33, -4.446, 2.664, 3.173],
  [133, -1.856, 2.585, 3.758],
  [362, 1.856, 2.585, 3.758],
  [263, 4.446, 2.664, 3.173],
  [127, -7.743, 2.365, -2.005],
  [356, 7.743, 2.365, -2.005],
];

/** Rotation vectors to start from: straight, and turned far to each side. */
const STARTS: readonly Vector3[] = [
  [0, 0, 0],
  [0, 1, 0],
  [0, -1, 0],
  [0.9, 0, 0],
  [-0.9, 0, 0],
  [0, 0, 1.4],
  [0, 0, -1.4],
];
const MOST_STEPS = 60;

/** The pose of a mesh in a picture of that size; null where no pose fits. The focal
 * length is taken to be the picture's longer side (53 degrees across). */
export function headPose(mesh: Mesh, width: number, height: number): HeadPose | null {
  const focal = Math.max(width, height);
  const problem = new Problem(
    CANONICAL_CM.map(([index, x, y, z]) => ({
      // OpenCV's camera looks along +z with y down; the canonical face has y up, z out.
      model: [x, -y, -z] as const,
      u: (mesh[3 * index]! - width / 2) / focal,
      v: (mesh[3 * index + 1]! - height / 2) / focal,
    })),
  );
  let best: { cost: number; matrix: Matrix3 } | null = null;
  for (const start of STARTS) {
    const found = minimise(problem, rotation(start));
    const better = Number.isFinite(found.cost) && (!best || found.cost < best.cost);
    if (better && problem.depth(found.matrix) > 0) best = found;
  }
  return best && poseOfRotation(best.matrix);
}

/** The angles of R = Ry Rx Rz. */
export function poseOfRotation(matrix: Matrix3): HeadPose {
  const degrees = 180 / Math.PI;
  const down = Math.asin(Math.max(-1, Math.min(1, -matrix[5])));
  return {
    yawDeg: -Math.atan2(matrix[2], matrix[8]) * degrees,
    pitchDeg: -down * degrees,
    rollDeg: Math.atan2(matrix[3], matrix[4]) * degrees,
  };
}

interface SeenPoint {
  readonly model: Vector3;
  readonly u: number;
  readonly v: number;
}

/** The cost rᵀ Ω r of a rotation r (nine numbers by rows), and what it needs of t. */
class Problem {
  /** Ω, 9 × 9 by rows. */
  readonly omega = new Float64Array(81);
  /** t = translate · r, 3 × 9 by rows. */
  private readonly translate = new Float64Array(27);
  private readonly centre: Vector3;

  constructor(points: readonly SeenPoint[]) {
    const together = new Float64Array(9); // Σ Bᵀ B
    const mixed = new Float64Array(27); // Σ Bᵀ A
    for (const { model, u, v } of points) {
      const rows = [
        { a: [...model, 0, 0, 0, ...model.map((m) => -u * m)], b: [1, 0, -u] },
        { a: [0, 0, 0, ...model, ...model.map((m) => -v * m)], b: [0, 1, -v] },
      ];
      for (const { a, b } of rows) {
        addOuter(this.omega, a, a);
        addOuter(together, b, b);
        addOuter(mixed, b, a);
      }
    }
    const inverted = invert3([...together] as unknown as Matrix3);
    for (let i = 0; i < 3; i++) {
      for (let k = 0; k < 9; k++) {
        for (let j = 0; j < 3; j++) {
          this.translate[9 * i + k] =
            this.translate[9 * i + k]! - inverted[3 * i + j]! * mixed[9 * j + k]!;
        }
      }
    }
    // With t put in, Ω = Σ AᵀA + (Σ BᵀA)ᵀ · translate.
    for (let i = 0; i < 9; i++) {
      for (let k = 0; k < 9; k++) {
        for (let j = 0; j < 3; j++) {
          this.omega[9 * i + k] =
            this.omega[9 * i + k]! + mixed[9 * j + i]! * this.translate[9 * j + k]!;
        }
      }
    }
    const mean = (axis: 0 | 1 | 2) => points.reduce((s, p) => s + p.model[axis], 0) / points.length;
    this.centre = [mean(0), mean(1), mean(2)];
  }

  cost(matrix: Matrix3): number {
    let sum = 0;
    for (let i = 0; i < 9; i++) {
      for (let k = 0; k < 9; k++) sum += matrix[i]! * this.omega[9 * i + k]! * matrix[k]!;
    }
    return sum;
  }

  /** How far the model's centre lies in front of the camera. */
  depth(matrix: Matrix3): number {
    let depth = 0;
    for (let k = 0; k < 9; k++) depth += this.translate[18 + k]! * matrix[k]!;
    for (let k = 0; k < 3; k++) depth += matrix[6 + k]! * this.centre[k]!;
    return depth;
  }
}

function addOuter(target: Float64Array, a: readonly number[], b: readonly number[]): void {
  for (let i = 0; i < a.length; i++) {
    for (let k = 0; k < b.length; k++) {
      target[b.length * i + k] = target[b.length * i + k]! + a[i]! * b[k]!;
    }
  }
}

function minimise(problem: Problem, start: Matrix3): { cost: number; matrix: Matrix3 } {
  let matrix = start;
  let cost = problem.cost(matrix);
  let damping = 1e-3;
  for (let step = 0; step < MOST_STEPS; step++) {
    const { gradient, hessian } = slope(problem, matrix);
    const damped = hessian.map((h, i) => (i % 4 === 0 ? h * (1 + damping) + 1e-12 : h));
    const inverted = invert3(damped as unknown as Matrix3);
    const change = [0, 1, 2].map((i) =>
      [0, 1, 2].reduce((s, j) => s - inverted[3 * i + j]! * gradient[j]!, 0),
    ) as unknown as Vector3;
    const next = multiply3(rotation(change), matrix);
    const nextCost = problem.cost(next);
    if (nextCost <= cost) {
      const gained = cost - nextCost;
      [matrix, cost, damping] = [next, nextCost, damping / 5];
      if (gained <= 1e-14 * (1 + cost) && Math.hypot(...change) < 1e-9) break;
    } else {
      damping *= 8;
      if (damping > 1e12) break;
    }
  }
  return { cost, matrix };
}

/** Gradient and Gauss-Newton Hessian for a small turn in front of the rotation. */
function slope(problem: Problem, matrix: Matrix3): { gradient: number[]; hessian: number[] } {
  const [a, b, c, d, e, f, g, h, i] = matrix;
  const turns = [
    [0, 0, 0, -g, -h, -i, d, e, f],
    [g, h, i, 0, 0, 0, -a, -b, -c],
    [-d, -e, -f, a, b, c, 0, 0, 0],
  ];
  const through = (r: readonly number[]) =>
    Array.from({ length: 9 }, (_, row) =>
      r.reduce((s, value, k) => s + problem.omega[9 * row + k]! * value, 0),
    );
  const dot = (x: readonly number[], y: readonly number[]) =>
    x.reduce((s, value, k) => s + value * y[k]!, 0);
  const pulled = turns.map(through);
  return {
    gradient: pulled.map((p) => dot(p, matrix)),
    hessian: turns.flatMap((t) => pulled.map((p) => dot(t, p))),
  };
}
