/** Difficulty in words: 1 first steps … 5 demanding. */
const WORDS = ["first steps", "easy", "moderate", "hard", "demanding"] as const;

export function difficultyWords(difficulty: number | null): string {
  if (difficulty === null) return "difficulty unknown";
  return WORDS[Math.min(5, Math.max(1, Math.round(difficulty))) - 1]!;
}

/** "1 point", "8 points". */
export function pointsWords(points: number): string {
  return points === 1 ? "1 point" : `${points} points`;
}
