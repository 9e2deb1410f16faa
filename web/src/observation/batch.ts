/**
 * What leaves this computer, and all that does: docs/observation-batches.md. Every number is
 * named here one by one, so nothing else that a reading holds can slip in.
 */
import { EXPRESSIONS, UNKNOWN, type ExpressionName } from "../vision/labels.ts";
import type { Reading } from "../vision/reading.ts";
import type { QualityReason } from "../vision/quality.ts";
import type { UnknownReason } from "../vision/recognizer.ts";

export interface SentExpression {
  readonly name: ExpressionName | typeof UNKNOWN;
  readonly reason: UnknownReason;
  readonly probabilities: Readonly<Record<ExpressionName, number>> | null;
}

export interface SentReading {
  readonly time_s: number;
  readonly face: boolean;
  readonly yaw_deg: number | null;
  readonly pitch_deg: number | null;
  readonly roll_deg: number | null;
  readonly eye_openness: number | null;
  readonly mouth_openness: number | null;
  readonly quality: QualityReason | null;
  readonly expression: SentExpression | null;
}

/** What is on the learner's screen. */
export interface Place {
  readonly course_id: string;
  readonly lesson_id: string;
  readonly point_id: string;
}

export interface ObservationBatch extends Place {
  readonly batch_id: string;
  readonly started_at_s: number;
  readonly interval_s: number;
  readonly lost_readings: number;
  readonly readings: readonly SentReading[];
}

/** A batch spans at most so long, and holds at most so many readings. */
export const BATCH_S = 10;
export const MOST_READINGS = 50;
/** Openness ratios beyond this are not of a face. */
const MOST_OPENNESS = 5;

function rounded(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  return Math.round(value * factor) / factor + 0; // + 0: never −0
}

function openness(value: number): number | null {
  return Number.isFinite(value) ? rounded(Math.min(value, MOST_OPENNESS), 3) : null;
}

/** The numbers of one reading. */
export function sentReading(reading: Reading, time_s: number): SentReading {
  const { face, expression } = reading;
  return {
    time_s: rounded(time_s, 3),
    face: face !== null,
    yaw_deg: face?.pose ? rounded(face.pose.yawDeg, 1) : null,
    pitch_deg: face?.pose ? rounded(face.pose.pitchDeg, 1) : null,
    roll_deg: face?.pose ? rounded(face.pose.rollDeg, 1) : null,
    eye_openness: face ? openness(face.eyeOpenness) : null,
    mouth_openness: face ? openness(face.mouthOpenness) : null,
    quality: face ? face.quality.reason : null,
    expression: expression && {
      name: expression.name,
      reason: expression.reason,
      probabilities: expression.probabilities && shares(expression.probabilities),
    },
  };
}

function shares(
  probabilities: Readonly<Record<ExpressionName, number>>,
): Record<ExpressionName, number> {
  const entries = EXPRESSIONS.map((name) => [name, rounded(probabilities[name], 3)]);
  return Object.fromEntries(entries) as Record<ExpressionName, number>;
}

/** Now, by the wall clock in Unix seconds, and by a clock that never jumps. */
export interface Clock {
  readonly unixS: number;
  readonly steadyS: number;
}

/** Gathers readings into batches; knows no clock and no network of its own. */
export class Batcher {
  private readings: SentReading[] = [];
  private startedUnixS = 0;
  private startedSteadyS = 0;
  private place: Place | null = null;
  private readonly finished: (batch: ObservationBatch) => void;
  private readonly newId: () => string;
  private readonly intervalS: number;

  /**
   * @param finished told each batch once it is complete.
   * @param newId makes the batch's id, a UUID.
   */
  constructor(
    intervalS: number,
    finished: (batch: ObservationBatch) => void,
    newId: () => string = () => crypto.randomUUID(),
  ) {
    this.intervalS = intervalS;
    this.finished = finished;
    this.newId = newId;
  }

  /** Takes a reading of a picture that was taken at `taken`, while `place` was shown. */
  add(reading: Reading, taken: Clock, place: Place): void {
    const sinceStart = taken.steadyS - this.startedSteadyS;
    const full = sinceStart >= BATCH_S || this.readings.length >= MOST_READINGS;
    if (this.place && (full || !samePlace(this.place, place))) this.finish();
    if (!this.place) {
      this.place = place;
      this.startedUnixS = taken.unixS;
      this.startedSteadyS = taken.steadyS;
    }
    this.readings.push(sentReading(reading, taken.steadyS - this.startedSteadyS));
  }

  /** Ends the batch that is being gathered: at a pause, a gap, the end of a lesson. */
  finish(): void {
    if (!this.place) return;
    const batch = {
      batch_id: this.newId(),
      course_id: this.place.course_id,
      lesson_id: this.place.lesson_id,
      point_id: this.place.point_id,
      started_at_s: rounded(this.startedUnixS, 3),
      interval_s: this.intervalS,
      lost_readings: 0,
      readings: this.readings,
    };
    this.place = null;
    this.readings = [];
    this.finished(batch);
  }
}

function samePlace(a: Place, b: Place): boolean {
  return a.course_id === b.course_id && a.lesson_id === b.lesson_id && a.point_id === b.point_id;
}

/** The same batch with nothing in it about expressions. */
export function withoutExpressions(batch: ObservationBatch): ObservationBatch {
  return { ...batch, readings: batch.readings.map((one) => ({ ...one, expression: null })) };
}
