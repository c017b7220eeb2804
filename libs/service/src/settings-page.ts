import { describeSettings, type SettingDescription, type Settings } from './settings.ts';

/** Text of the page before its tables, and the settings of each service by its name. */
export interface SettingsPage {
  readonly introduction: string;
  readonly services: Readonly<Record<string, Settings>>;
}

/** The reference page, in Markdown: what all services share in one table, then what each has of its own. */
export function settingsPage({ introduction, services }: SettingsPage): string {
  const described = Object.entries(services).map(([service, settings]) => ({
    service,
    settings: describeSettings(settings),
  }));
  const all = described.flatMap(({ service, settings }) => settings.map((setting) => ({ ...setting, service })));
  const byVariable = Map.groupBy(all, ({ variable }) => variable);
  const isShared = ({ variable }: SettingDescription): boolean => byVariable.get(variable)!.length === described.length;
  const shared = [...byVariable.values()].filter(([first]) => isShared(first!));
  return [
    introduction.trim(),
    '## Every service',
    tableOf(shared.map((same) => ({ ...same[0]!, default: defaultOf(same) }))),
    ...described.flatMap(({ service, settings }) => {
      const own = settings.filter((setting) => !isShared(setting));
      return own.length === 0
        ? []
        : [`## ${service}`, tableOf(own.map((setting) => ({ ...setting, default: shown(setting) })))];
    }),
  ]
    .join('\n\n')
    .concat('\n');
}

const tableOf = (settings: readonly SettingDescription[]): string =>
  [
    '| variable | default | type | meaning |',
    '| --- | --- | --- | --- |',
    ...settings.map(({ variable, default: fallback, type, unit, meaning }) => {
      const kind = unit === undefined ? type : `${type}, ${unit}`;
      return `| ${[`\`${variable}\``, fallback, kind, meaning].map((cell) => cell!.replaceAll('|', '\\|')).join(' | ')} |`;
    }),
  ].join('\n');

/** Of one setting in all services: said once where they agree. */
function defaultOf(same: readonly (SettingDescription & { readonly service: string })[]): string {
  if (new Set(same.map(shown)).size === 1) return shown(same[0]!);
  return [...Map.groupBy(same, shown)]
    .map(([text, of]) => `${text} ${of.map(({ service }) => service).join(', ')}`)
    .join('; ');
}

const shown = ({ default: fallback, required }: SettingDescription): string =>
  fallback !== undefined ? `\`${fallback}\`` : required ? 'none, must be set' : 'none';
