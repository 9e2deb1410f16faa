/** The observation of one study: it reads what was agreed to, where the learner is. */
import { onMount } from "svelte";

import { Observation } from "../observation/observation.svelte.ts";
import { Outbox } from "../observation/outbox.svelte.ts";
import { session } from "../session.svelte.ts";
import type { Feed } from "./feed.svelte.ts";
import type { Studying } from "./studying.svelte.ts";

/** How often the states on the page are asked for while readings go up, milliseconds. */
const REFRESH_MS = 60_000;

export interface Observing {
  readonly observation: Observation;
  readonly outbox: Outbox;
}

/** To be called while a component is made; everything ends with it. */
export function startObserving(
  account: string,
  course: string,
  feed: Feed,
  studying: Studying,
): Observing {
  // Batches of other courses may wait too; what is refused there changes nothing here.
  const outbox = new Outbox(account, {
    affectOff: (refused) => {
      if (refused === course) void observation.setAffect(false);
    },
    stopped: (refused) => {
      if (refused !== course) return;
      observation.stop();
      void feed.refresh();
    },
  });
  const observation: Observation = new Observation(outbox);
  onMount(() => {
    const detach = observation.attach();
    const timer = setInterval(() => {
      if (observation.phase === "reading") void feed.refresh();
    }, REFRESH_MS);
    return () => {
      clearInterval(timer);
      detach();
      void outbox.close();
    };
  });

  $effect(() => {
    if (feed.standing) void observation.setAffect(feed.standing.affect);
  });
  // Consent that is taken back, here or in another window, counts at once.
  $effect(() => {
    if (feed.standing?.presence !== false) return;
    observation.stop();
    void outbox.forget(course).catch(() => {});
  });
  // Whoever is logged in now may be somebody else: then the page goes away with its camera.
  $effect(() => {
    if (outbox.state.kind === "signed-out") void session.check();
  });
  $effect(() => {
    const { lesson, point } = studying;
    observation.place =
      lesson && point
        ? { course_id: lesson.course_id, lesson_id: lesson.id, point_id: point.id }
        : null;
  });
  // The models come once the page can be used, and only where they may be.
  $effect(() => {
    if (!feed.standing?.presence || !studying.point) return;
    const later = setTimeout(() => {
      if (observation.phase === "off") void observation.prepare().catch(() => {});
    }, 1500);
    return () => clearTimeout(later);
  });
  return { observation, outbox };
}
