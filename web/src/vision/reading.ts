/** One picture → what is seen of the learner in it. */
import { area, intersectionOverUnion } from "./boxes.ts";
import { detectFaces } from "./blazeface.ts";
import { boxOfMesh, MARGIN, readMesh, regionOfBox, regionOfMesh } from "./mesh.ts";
import type { Mesh, MeshReading, Region } from "./mesh.ts";
import type { ModelFacts } from "./model-facts.ts";
import type { Network } from "./network.ts";
import { eyeOpenness, mouthOpenness } from "./openness.ts";
import type { Box, Picture } from "./picture.ts";
import { headPose, type HeadPose } from "./pose.ts";
import { faceCrop } from "./preprocessing.ts";
import { faceQuality, type Quality } from "./quality.ts";
import { recognize, type Expression } from "./recognizer.ts";
import { UNKNOWN } from "./labels.ts";

/** A face in one picture; its mesh is drawn on the learner's screen and goes no further. */
export interface Face {
  readonly box: Box;
  readonly presence: number;
  readonly mesh: Mesh;
  readonly pose: HeadPose | null;
  readonly eyeOpenness: number;
  readonly mouthOpenness: number;
  readonly quality: Quality;
}

export interface Reading {
  /** The learner's face; null where none was found. */
  readonly face: Face | null;
  /** Other faces in the picture; nothing is read of them. */
  readonly others: number;
  /** Null without a face and where expressions are switched off. */
  readonly expression: Expression | null;
}

/** The opened models; without `expression`, expressions are switched off. */
export interface Networks {
  readonly detector: Network;
  readonly mesh: Network;
  readonly expression: { readonly network: Network; readonly facts: ModelFacts } | null;
}

/** A mesh is a face from this presence on (MediaPipe's face_landmark graph). */
const MIN_PRESENCE = 0.5;
/** Two meshes that overlap more than this are the same face, read twice. */
const SAME_FACE_IOU = 0.5;
/** Only so many of the largest detections are looked at: a learner sits in front. */
const MOST_FACES = 3;
/** Whoever was read in the last picture stays the learner above this overlap. */
const SAME_PLACE_IOU = 0.2;

/**
 * Reads one picture.
 *
 * @param previous where the learner was in the last picture; null: the largest face.
 */
export async function readPicture(
  networks: Networks,
  picture: Picture,
  previous: Box | null = null,
): Promise<Reading> {
  const detections = await detectFaces(networks.detector, picture);
  const largest = [...detections].sort((a, b) => area(b.box) - area(a.box)).slice(0, MOST_FACES);
  const candidates: MeshReading[] = [];
  for (const { box, rollDeg } of largest) {
    const found = await settle(networks.mesh, picture, regionOfBox(box, rollDeg));
    if (found.presence >= MIN_PRESENCE) candidates.push(found);
  }
  const faces = distinct(candidates);
  const chosen = chooseLearner(faces, previous);
  if (!chosen) return { face: null, others: 0, expression: null };
  const face = describe(picture, chosen);
  const others = faces.length - 1 + Math.max(0, detections.length - MOST_FACES);
  return { face, others, expression: await expressionOf(networks, picture, face) };
}

/** A mesh read twice: the second time in the square that the first suggests, because a
 * detector's box is cut differently from a mesh's. */
async function settle(network: Network, picture: Picture, region: Region): Promise<MeshReading> {
  const first = await readMesh(network, picture, region);
  if (first.presence < MIN_PRESENCE / 2) return first;
  const better = regionOfMesh(first.mesh);
  const ratio = better.side / region.side;
  if (ratio <= 0.5 || ratio >= MARGIN) return first;
  const second = await readMesh(network, picture, better);
  return second.presence >= first.presence ? second : first;
}

function distinct(candidates: readonly MeshReading[]): MeshReading[] {
  const kept: MeshReading[] = [];
  for (const one of [...candidates].sort((a, b) => b.presence - a.presence)) {
    const box = boxOfMesh(one.mesh);
    const apart = kept.every(
      (other) => intersectionOverUnion(box, boxOfMesh(other.mesh)) < SAME_FACE_IOU,
    );
    if (apart) kept.push(one);
  }
  return kept;
}

/** Whoever sits where the learner sat, else the largest face. */
function chooseLearner(faces: readonly MeshReading[], previous: Box | null): MeshReading | null {
  const overlap = (one: MeshReading) =>
    previous ? intersectionOverUnion(boxOfMesh(one.mesh), previous) : 0;
  const stayed = faces.filter((one) => overlap(one) > SAME_PLACE_IOU);
  const [among, measure] = stayed.length
    ? [stayed, overlap]
    : [faces, (one: MeshReading) => area(boxOfMesh(one.mesh))];
  return among.reduce<MeshReading | null>(
    (best, one) => (!best || measure(one) > measure(best) ? one : best),
    null,
  );
}

function describe(picture: Picture, { mesh, presence }: MeshReading): Face {
  const box = boxOfMesh(mesh);
  const pose = headPose(mesh, picture.width, picture.height);
  return {
    box,
    presence,
    mesh,
    pose,
    eyeOpenness: eyeOpenness(mesh),
    mouthOpenness: mouthOpenness(mesh),
    quality: faceQuality(picture, box, presence, pose),
  };
}

async function expressionOf(
  networks: Networks,
  picture: Picture,
  face: Face,
): Promise<Expression | null> {
  if (!networks.expression) return null;
  const { reason } = face.quality;
  if (reason) return { name: UNKNOWN, probabilities: null, reason };
  const { network, facts } = networks.expression;
  return recognize(network, facts, faceCrop(picture, face.mesh));
}
