import type { CalendarDefinition } from '../definitions/calendar.ts';
import { toWindowType, type WindowTypeDefinition } from '../definitions/window-type.ts';
import type { Document, Located } from '../definitions/document.ts';
import { type PolicyFields, toPolicy } from '../definitions/policy.ts';
import type { Calendar } from '../calendar.ts';
import type { Ref, WindowType } from '../model.ts';
import { refOf } from '../model.ts';
import { didYouMean, suggestions } from '../near-match.ts';
import type { Problem } from '../problem.ts';
import { type EntityKind, pathKey, placeOf } from '../validation/draft.ts';
import { lost } from '../validation/references.ts';
import { VersionIndex } from '../versions/version-index.ts';
import { Unread } from '../unread.ts';
import { goes } from './going.ts';
import { nothingWanted } from './wanted.ts';

/** Window types that are there already and stay, and those that leave together with what the document brings. */
export interface Live {
  readonly windowTypes: readonly WindowType[];
  readonly going?: ReadonlySet<Ref>;
}

/** Collects what a document wants, and finds what it says twice. */
export class WantedBuilder {
  private readonly named = new Map<string, Calendar>();
  private readonly live: Live;
  /** Team whose everything is of which the document does not say otherwise. */
  private readonly owner: string;
  readonly wanted = nothingWanted();

  constructor(live: Live, { problems, unread, owners, fields }: Document<unknown>, owner: string) {
    this.live = live;
    this.owner = owner;
    this.wanted.problems.push(...problems);
    this.wanted.unread = unread;
    for (const [place, of] of owners) this.wanted.owners.set(place, of);
    this.wanted.isOwnerUnread = fields.has('owner') || fields.has('team');
    if (!this.wanted.isOwnerUnread) this.wanted.owners.set('.', owner);
  }

  /** Of what is left out of what is wanted though the document has it: references to it are not unknown. */
  private leaveOut(windowType: Ref): void {
    const names = { names: new Set([windowType]), alike: [], any: false };
    this.wanted.unread = this.wanted.unread.with(new Unread(new Map([['windowTypes', names]])));
  }

  problem(problem: Problem): void {
    this.wanted.problems.push(problem);
  }

  /** Remembers where something stands, and whose it is there; false, and a problem, when the document has it already. */
  place(kind: EntityKind, name: string, path: string, owner = this.owner): boolean {
    const key = pathKey(kind, name);
    const { owners } = this.wanted;
    if (!owners.has(placeOf(path))) owners.set(placeOf(path), owner);
    const first = this.wanted.paths.get(key);
    if (first !== undefined)
      this.problem({
        code: 'DUPLICATE',
        path,
        message: `"${name}" is given twice, first at ${first}`,
        owners: [...new Set([owners.get(placeOf(first))!, owner])].sort(),
        mend: 'give it once',
      });
    else this.wanted.paths.set(key, path);
    return first === undefined;
  }

  /** Before the window types that name them. */
  calendars(definitions: readonly Located<CalendarDefinition>[]): void {
    for (const { value, path } of definitions)
      if (this.place('calendars', value.name, path)) this.named.set(value.name, value.calendar);
  }

  /** Window types with their policies; one that is `like` another takes that one's windows, from this document or the live revision. */
  windowTypes(definitions: readonly Located<WindowTypeDefinition>[]): void {
    const { owner } = this;
    const likes: Located<WindowTypeDefinition>[] = [];
    for (const one of definitions) {
      const { value: definition, path } = one;
      const ref = refOf(definition);
      if (!this.place('windowTypes', ref, path, definition.owner)) continue;
      if (definition.like !== undefined) likes.push(one);
      else if (this.knowsCalendarOf(definition, path))
        this.wanted.windowTypes.set(ref, toWindowType(definition, { owner, calendars: this.named }));
      else this.leaveOut(ref);
      if (definition.policy) this.policy(ref, definition.policy, `${path}.policy`);
    }
    if (likes.length > 0) this.likeOthers(likes);
  }

  private likeOthers(likes: readonly Located<WindowTypeDefinition>[]): void {
    const known = new Map([
      ...this.live.windowTypes.map((type) => [refOf(type), type] as const),
      ...this.wanted.windowTypes,
    ]);
    const versions = new VersionIndex(known.keys());
    const suggest = suggestions();
    for (const { value: definition, path } of likes) {
      const { name, version, owner = this.owner } = definition;
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
          owner,
        });
        continue;
      }
      const isUnread = this.wanted.unread.mayBe('windowTypes', asked);
      this.leaveOut(refOf(definition));
      if (isUnread) continue;
      const gone = new VersionIndex(this.live.going ?? []).resolve(asked);
      if (gone !== undefined) this.problem(goes('UNKNOWN_WINDOW_TYPE', { path: `${path}.like`, asked, ref: gone }));
      else
        this.problem({
          code: 'UNKNOWN_WINDOW_TYPE',
          path: `${path}.like`,
          message: `${lost('window type', asked, versions, suggest).message} (one that is itself \`like\` another of this document does not count)`,
          mend: 'name the window type that has the opener',
        });
    }
  }

  private knowsCalendarOf({ open }: WindowTypeDefinition, path: string): boolean {
    const use = open?.calendar?.use;
    if (use === undefined || this.named.has(use)) return true;
    if (this.wanted.unread.mayBe('calendars', use)) return false;
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
