/** Who is logged in in this browser, and what this deployment may do. */
import { api, bodyOf, onRefusal } from "./api/client.ts";
import { failureOf, type Failure } from "./api/failure.ts";
import { actFor, Problem } from "./api/send.ts";
import type { AccountView, SessionView } from "./api/types.ts";

export type Role = "visitor" | "learner" | "teacher" | "administrator";

class Session {
  view = $state.raw<SessionView | null>(null);
  /** Why it is not known who is logged in. */
  failure = $state.raw<Failure | null>(null);
  /** The log-in ran out or was revoked while a page was open. */
  ended = $state(false);
  /** Another account was logged in since, in another tab: this page shows nothing any more. */
  other = $state(false);
  private newest = 0;

  get account(): AccountView | null {
    return this.view?.account ?? null;
  }

  get role(): Role {
    return this.account?.role ?? "visitor";
  }

  /** Asks who is logged in; the page of one account never becomes that of another. */
  async load(): Promise<void> {
    await this.renew((view) => !this.isOther(view));
  }

  /** Makes it the page of whoever is logged in: after a log-in, a registration. */
  async begin(): Promise<void> {
    await this.renew(() => true);
  }

  /** Asks whether the page's account is still logged in: when the page is seen again. */
  async check(): Promise<void> {
    if (!this.account) return;
    const asked = this.newest;
    const view = await bodyOf(api.GET("/api/v1/session")).catch(() => null);
    if (!view || asked !== this.newest) return; // without an answer what was known holds
    this.ended = view.account === null;
    this.other = this.isOther(view);
  }

  /** Raises Problem where e-mail and password do not fit. */
  async logIn(email: string, password: string): Promise<void> {
    await api.POST("/api/v1/session", { body: { email, password } });
    await this.begin();
  }

  /** The page's own account logs in once more; the page stays. Raises Problem as `logIn` does. */
  async logInAgain(password: string): Promise<void> {
    const email = this.account?.email ?? "";
    await api.POST("/api/v1/session", { body: { email, password } });
    await this.load();
  }

  async logOut(): Promise<void> {
    try {
      await api.DELETE("/api/v1/session");
    } catch (error) {
      // Logged out already, in another tab.
      if (!(error instanceof Problem && error.status === 401)) throw error;
    } finally {
      await this.load();
    }
    // Known without an answer, which may never come.
    if (this.failure && this.view) this.view = { ...this.view, account: null };
  }

  /** A request was refused because nobody is logged in any more, or somebody else. */
  signedOut(): void {
    if (!this.account) return;
    this.ended = true;
    void this.check();
  }

  private async renew(mayTake: (view: SessionView) => boolean): Promise<void> {
    const mine = ++this.newest;
    try {
      const view = await bodyOf(api.GET("/api/v1/session"));
      if (mine !== this.newest) return;
      this.failure = null;
      this.ended = false;
      this.other = !mayTake(view);
      if (this.other) return;
      this.view = view;
      actFor(view.account?.id ?? "");
    } catch (error) {
      if (mine === this.newest) this.failure = failureOf(error);
    }
  }

  private isOther({ account }: SessionView): boolean {
    return this.account !== null && account !== null && account.id !== this.account.id;
  }
}

export const session = new Session();
onRefusal((problem) => {
  if (problem.status === 401 && problem.code === "sign_in_needed") session.signedOut();
});
