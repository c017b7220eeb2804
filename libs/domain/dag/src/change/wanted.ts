import type { CalendarDefinition } from '../definitions/calendar.ts';
import { toWindowType, type WindowTypeDefinition } from '../definitions/window-type.ts';
import { type PolicyFields, toPolicy } from '../definitions/policy.ts';
import type { Calendar } from '../calendar.ts';
import type { Ref, WindowType } from '../model.ts';
import { refOf } from '../model.ts';
import { didYouMean } from '../near-match.ts';
import type { Problem } from '../problem.ts';
import { type EntityKind, pathKey } from '../validation/draft.ts';
import { lost } from '../validation/references.ts';
import { VersionIndex } from '../versions/version-index.ts';
import { goes } from './going.ts';
import type { Wanted } from './propose.ts';

type Mutable<T> = {
  -readonly [K in keyof T]: T[K] extends ReadonlyMap<infer Key, infer Value>
    ? Map<Key, Value>
    : T[K] extends readonly (infer One)[]
      ? One[]
      : T[K];
};

export const nothingWanted = (): Mutable<Wanted> => ({
  windowTypes: new Map(),
  algorithms: new Map(),
  processors: new Map(),
  expected: new Map(),
  kinds: new Map(),
  policies: new Map(),
  sources: new Map(),
  paths: new Map(),
  problems: [],
});

/** Window types that are there already and stay, and those that leave together with what the document brings. */
export interface Live {
  readonly windowTypes: readonly WindowType[];
  readonly going?: ReadonlySet<Ref>;
}

/** Collects what a document wants, and finds what it says twice. */
export class WantedBuilder {
  private readonly named = new Map<string, Calendar>();
  private readonly live: Live;
  readonly wanted = nothingWanted();

  constructor(live: Live) {
    this.live = live;
  }

  problem(problem: Problem): void {
    this.wanted.problems.push(problem);
  }

  /** Remembers where something stands; false, and a problem, when the document has it already. */
  place(kind: EntityKind, name: string, path: string): boolean {
    const key = pathKey(kind, name);
    const first = this.wanted.paths.get(key);
    if (first !== undefined)
      this.problem({
        code: 'DUPLICATE',
        path,
        message: `"${name}" is given twice, first at ${first}`,
        mend: 'give it once',
      });
    else this.wanted.paths.set(key, path);
    return first === undefined;
  }

  /** Before the window types that name them. */
  calendars(definitions: readonly CalendarDefinition[]): void {
    definitions.forEach(({ name, calendar }, i) => {
      if (this.place('calendars', name, `calendars[${i}]`)) this.named.set(name, calendar);
    });
  }

  /** Window types with their policies; one that is `like` another takes that one's windows, from this document or the live revision. */
  windowTypes(definitions: readonly WindowTypeDefinition[], owner: string): void {
    const likes: { definition: WindowTypeDefinition; path: string }[] = [];
    definitions.forEach((definition, i) => {
      const path = `windowTypes[${i}]`;
      const ref = refOf(definition);
      if (!this.place('windowTypes', ref, path)) return;
      if (definition.like !== undefined) likes.push({ definition, path });
      else if (this.knowsCalendarOf(definition, path))
        this.wanted.windowTypes.set(ref, toWindowType(definition, { owner, calendars: this.named }));
      if (definition.policy) this.policy(ref, definition.policy, `${path}.policy`);
    });
    if (likes.length > 0) this.likeOthers(likes, owner);
  }

  private likeOthers(likes: readonly { definition: WindowTypeDefinition; path: string }[], owner: string): void {
    const known = new Map([
      ...this.live.windowTypes.map((type) => [refOf(type), type] as const),
      ...this.wanted.windowTypes,
    ]);
    const versions = new VersionIndex(known.keys());
    for (const { definition, path } of likes) {
      const { name, version } = definition;
      const asked = definition.like!;
      const windowType = versions.resolve(asked);
      if (windowType !== undefined) {
        const { like: _, ...base } = known.get(windowType)!;
        const like = windowType !== asked && { like: { windowType, asked } };
        this.wanted.windowTypes.set(refOf(definition), {
          ...base,
          ...like,
          name,
          version,
          owner: definition.owner ?? owner,
        });
        continue;
      }
      const gone = new VersionIndex(this.live.going ?? []).resolve(asked);
      if (gone !== undefined) this.problem(goes('UNKNOWN_WINDOW_TYPE', { path: `${path}.like`, asked, ref: gone }));
      else
        this.problem({
          code: 'UNKNOWN_WINDOW_TYPE',
          path: `${path}.like`,
          message: `${lost('window type', asked, versions).message} (one that is itself \`like\` another of this document does not count)`,
          mend: 'name the window type that has the opener',
        });
    }
  }

  private knowsCalendarOf({ open }: WindowTypeDefinition, path: string): boolean {
    const use = open?.calendar?.use;
    if (use === undefined || this.named.has(use)) return true;
    this.problem({
      code: 'UNKNOWN_CALENDAR',
      path: `${path}.open.calendar.use`,
      message: `calendar "${use}" does not exist in this document.${didYouMean(use, this.named.keys())}`,
      mend: 'define it under `calendars`, or correct the name',
    });
    return false;
  }

  policy(windowType: string, fields: PolicyFields, path: string): void {
    if (this.place('policies', windowType, path)) this.wanted.policies.set(windowType, toPolicy(windowType, 0, fields));
  }
}
