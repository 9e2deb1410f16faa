/** Short names for what goes over the wire. */
import type { components } from "./schema.d.ts";

type Schemas = components["schemas"];

export type AccountView = Schemas["AccountView"];
export type AffectGate = Schemas["AffectGate"];
export type ConsentView = Schemas["ConsentView"];
export type CourseCard = Schemas["CourseCard"];
export type CourseView = Schemas["CourseView"];
export type HelpView = Schemas["HelpView"];
export type LearningView = Schemas["LearningView"];
export type LessonView = Schemas["LessonView"];
export type LoginView = Schemas["LoginView"];
export type OfferView = Schemas["OfferView"];
export type PointOutline = Schemas["PointOutline"];
export type PointView = Schemas["PointView"];
export type QuestionView = Schemas["QuestionView"];
export type Recommendation = Schemas["Recommendation"];
export type SessionView = Schemas["SessionView"];
export type Standing = Schemas["Standing"];
export type Study = Schemas["Study"];
export type SwitchBoard = Schemas["SwitchBoard"];
export type Verdict = Schemas["Verdict"];
