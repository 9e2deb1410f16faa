/** Actions of the audit log as people say them. Pure. */

const WORDS: Readonly<Record<string, string>> = {
  "account.create": "Account made",
  "account.erase": "Account erased",
  "account.password": "Password changed",
  "account.suspend": "Account shut out",
  "account.readmit": "Account let in again",
  "consent.give": "Agreed to be observed",
  "consent.revoke": "Withdrew the consent",
  "course.delete": "Course deleted",
  "course.import": "Course imported",
  "course.publish": "Course published",
  "course.withdraw": "Course unpublished",
  "invitation.make": "Invitation made",
  "invitation.revoke": "Invitation revoked",
  "legal-basis.record": "Legal basis recorded",
  "legal-basis.end": "Legal basis ended",
  "observations.erase": "Observations erased",
  "retention.change": "Retention changed",
  "retention.enforce": "Retention enforced",
  "session.create": "Logged in",
  "thresholds.change": "Thresholds changed",
};

/** `course.delete` -> `Course deleted (course.delete)`; by the name itself one searches. */
export function actionWords(action: string): string {
  const known = WORDS[action];
  return known ? `${known} (${action})` : action;
}
