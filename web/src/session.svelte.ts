/** Who is logged in in this browser, and what this deployment may do. */
import { api, bodyOf, onRefusal } from "./api/client.ts";
import { failureOf, type Failure } from "./api/failure.ts";
import type { AccountView, SessionView } from "./api/types.ts";

export type Role = "visitor" | "learner" | "teacher" | "administrator";

class Session {
  view = $state.raw<SessionView | null>(null);
  /** Why it is not known who is logged in. */
  failure = $state.raw<Failure | null>(null);
  /** The log-in ran out or was revoked while a page was open. */
  ended = $state(false);

  get account(): AccountView | null {
    return this.view?.account ?? null;
  }

  get role(): Role {
    return this.account?.role ?? "visitor";
  }

  /** Asks who is logged in. */
  async load(): Promise<void> {
    try {
      this.view = await bodyOf(api.GET("/api/v1/session"));
      this.failure = null;
      this.ended = false;
    } catch (error) {
      this.failure = failureOf(error);
    }
  }

  /** Raises Problem where e-mail and password do not fit. */
  async logIn(email: string, password: string): Promise<void> {
    await api.POST("/api/v1/session", { body: { email, password } });
    await this.load();
  }

  async logOut(): Promise<void> {
    try {
      await api.DELETE("/api/v1/session");
    } finally {
      await this.load();
    }
  }

  /** A request was refused because nobody is logged in any more. */
  signedOut(): void {
    if (this.account) this.ended = true;
  }
}

export const session = new Session();
onRefusal((problem) => {
  if (problem.status === 401 && problem.code === "sign_in_needed") session.signedOut();
});
