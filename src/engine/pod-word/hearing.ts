import { type PlacedContainer } from "../../kubernetes/containers.ts";
import { mutations } from "../mutations/index.ts";
import { type Scene } from "../scene.ts";
import { type Hearing, type Objection } from "./statement.ts";
import { asksOf } from "./volumes.ts";

/** Judges what the scene's Pod says by the gates that judge a step's asking, narrowings included. */
export function hearingOf(scene: Scene): Hearing {
  const objections = (option: string, asked: unknown, place = scene.step): ReadonlyMap<string, Objection> => {
    const judge = mutations[option as keyof typeof mutations].judge;
    if (judge === undefined) throw new Error(`nobody judges ${option}`);
    const { refusals } = judge(asked, { id: option, scene: sceneOf(scene, place) });
    return new Map(
      refusals.map(({ path, message, rule }) => [
        String(path[0] ?? ""),
        { message: `of the Pod ${message}`, rule },
      ]),
    );
  };
  return {
    pod: scene.pod,
    scene,
    objections,
    object: (option, asked) => objections(option, asked).values().next().value,
  };
}

/** The scene as the container sees it: its own image and environment, and what it takes of the Pod's volumes and secrets. */
function sceneOf(scene: Scene, place: PlacedContainer): Scene {
  const isStep = place.path.join() === scene.step.path.join();
  const own = asksOf(place, scene.pod, scene.policy);
  return { ...scene, step: place, asks: new Set([...(isStep ? scene.asks : []), ...own]) };
}
