import { refOf, scopeOf, UNKNOWN_KIND, type Source, type WindowType } from '@windlass/dag';
import { GLOBAL_KEY } from '../plan.ts';
import { say, type Sentence } from './sentence.ts';

interface SelectorParts {
  readonly windowTypes: readonly WindowType[];
  readonly source: Source;
  readonly isDeclared: boolean;
}

/** Which part of the selector, its own or that of a type it lies in, leaves the source out; null: none does. */
export function notForSource(parts: SelectorParts, type: WindowType): Sentence | null {
  const { windowTypes, source } = parts;
  const isGlobal = scopeOf(type.open) === 'global';
  if (isGlobal !== (source.name === GLOBAL_KEY))
    return isGlobal
      ? say('TYPE_IS_GLOBAL', '{windowType} belongs to no source: its windows are those of {key}.', {
          windowType: refOf(type),
          key: GLOBAL_KEY,
          todo: 'Ask with the source {key}.',
        })
      : say('TYPE_IS_NOT_GLOBAL', '{windowType} is for sources, not for {key}.', {
          windowType: refOf(type),
          key: GLOBAL_KEY,
          todo: 'Ask with the name of a source.',
        });
  const refused = source.name === GLOBAL_KEY ? null : (notInGroups(parts, type) ?? mismatch(parts, type));
  if (refused) return refused;
  const parent = windowTypes.find((one) => refOf(one) === type.parent);
  const above = parent && notForSource(parts, parent);
  if (!above) return null;
  return say(
    'PARENT_TYPE_NOT_FOR_SOURCE',
    `{childType} lies in {windowType}, which is not for this source. ${above.template}`,
    {
      ...above.facts,
      childType: refOf(type),
      todo: above.todo,
    },
  );
}

/** Of a type whose windows are those of groups: neither the name of one, nor a source in one. */
function notInGroups({ source, isDeclared }: SelectorParts, type: WindowType): Sentence | null {
  if (scopeOf(type.open) !== 'group') return null;
  const wanted = type.for.groups?.join(', ') ?? null;
  const facts = { windowType: refOf(type), source: source.name, wanted };
  const meant = wanted === null ? '' : ' (of these: {wanted})';
  if (!isDeclared)
    return say(
      'NOT_A_GROUP',
      `Windows of {windowType} are those of groups${meant}, and no declared source is in a group {source} that it is for.`,
      { ...facts, todo: 'Look at the name; a group exists when a source is declared in it (PUT /v1/sources).' },
    );
  if (source.groups.length > 0) return null;
  return say('IN_NO_GROUP', `Windows of {windowType} are those of groups${meant}, and {source} is in none.`, {
    ...facts,
    todo: 'Declare the source in a group: PUT /v1/sources.',
  });
}

function mismatch({ source, isDeclared }: SelectorParts, type: WindowType): Sentence | null {
  const { kind, groups, labels } = type.for;
  const about = { windowType: refOf(type), source: source.name };
  const todo = isDeclared
    ? 'Change what the source is declared as (PUT /v1/sources), or the selector of the window type.'
    : 'Declare the source: PUT /v1/sources of the dag-registry, with what the window type asks for.';
  const undeclared = isDeclared ? '' : ' Nobody has declared the source.';
  if (kind !== undefined && kind !== source.kind)
    return say(
      'TYPE_NOT_FOR_SOURCE',
      `{windowType} is for sources of kind {wanted}; {source} is of kind {found}.${undeclared}`,
      {
        ...about,
        part: 'kind',
        wanted: kind,
        found: isDeclared ? source.kind : UNKNOWN_KIND,
        todo,
      },
    );
  if (groups && !groups.some((group) => source.groups.includes(group)))
    return say('TYPE_NOT_FOR_SOURCE', `{windowType} is for the groups {wanted}; {source} is in {found}.${undeclared}`, {
      ...about,
      part: 'groups',
      wanted: groups.join(', '),
      found: source.groups.join(', ') || 'none',
      todo,
    });
  const label = Object.entries(labels ?? {}).find(([name, value]) => source.labels[name] !== value);
  if (!label) return null;
  const [name, wanted] = label;
  return say(
    'TYPE_NOT_FOR_SOURCE',
    `{windowType} is for sources with the label {label} = {wanted}; {source} has {found}.${undeclared}`,
    {
      ...about,
      part: 'labels',
      label: name,
      wanted,
      found: source.labels[name] ?? 'no such label',
      todo,
    },
  );
}
