// Prediction against truth over the life of each unit, as small charts of one SVG.
import type { Life } from '../recording/lives-file.ts';
import type { UnitCourse } from './unit-results.ts';

const COLUMNS = 4;
const PANEL = { width: 300, height: 210 };
/** Room of a panel for its title, its axes and the distance to the next. */
const INSET = { left: 44, right: 14, top: 30, bottom: 34 };
const HEAD = 92;
const COLORS = {
  truth: '#1f2933',
  ours: '#0b69c7',
  band: '#9cc9f0',
  onset: '#8a6d00',
  alarm: '#c62828',
  grid: '#e4e7eb',
  text: '#3e4c59',
};

interface Scale {
  x(seconds: number): number;
  y(seconds: number): number;
}

/** Units that failed, by kind of fault and name. Seconds of age to the right, seconds of remaining life upwards. */
export function predictionPlot(units: readonly UnitCourse[], truth: ReadonlyMap<string, Life>, title: string): string {
  const shown = units
    .map((unit) => ({ unit, life: truth.get(unit.unit)! }))
    .filter(({ life }) => !life.censored)
    .sort((a, b) => a.life.faultKind.localeCompare(b.life.faultKind) || a.unit.unit.localeCompare(b.unit.unit));
  const longest = Math.max(...shown.map(({ life }) => (life.endUs - life.startUs) / 1e6));
  const limit = Math.ceil(longest / 20) * 20;
  const width = COLUMNS * PANEL.width + 20;
  const height = HEAD + Math.ceil(shown.length / COLUMNS) * PANEL.height;
  const panels = shown.map(({ unit, life }, index) => {
    const left = 10 + (index % COLUMNS) * PANEL.width;
    const top = HEAD + Math.floor(index / COLUMNS) * PANEL.height;
    return `<g transform="translate(${left} ${top})">${panel(unit, life, limit)}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, sans-serif" font-size="11" fill="${COLORS.text}">
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="20" y="30" font-size="18" fill="${COLORS.truth}">${escaped(title)}</text>
${legend()}
${panels.join('\n')}
</svg>
`;
}

function panel(unit: UnitCourse, life: Life, limit: number): string {
  const inner = { width: PANEL.width - INSET.left - INSET.right, height: PANEL.height - INSET.top - INSET.bottom };
  const scale: Scale = {
    x: (seconds) => rounded(INSET.left + (seconds / limit) * inner.width),
    y: (seconds) => rounded(INSET.top + inner.height - (Math.min(seconds, limit) / limit) * inner.height),
  };
  const age = (us: number): number => (us - life.startUs) / 1e6;
  const lifeSeconds = age(life.endUs);
  const points = unit.cycles.map(({ span, prediction }) => ({ at: age(span.endUs), ...prediction }));
  const band = [
    ...points.map((one) => `${scale.x(one.at)},${scale.y(one.highSeconds)}`),
    ...points.toReversed().map((one) => `${scale.x(one.at)},${scale.y(one.lowSeconds)}`),
  ];
  const alarm = unit.cycles.find((cycle) => cycle.alarm);
  return [
    `<text x="${INSET.left}" y="20" font-size="12" fill="${COLORS.truth}">${escaped(unit.unit)} · ${life.faultKind}</text>`,
    ...axes(scale, limit),
    `<polygon points="${band.join(' ')}" fill="${COLORS.band}" fill-opacity="0.45"/>`,
    life.onsetUs === null ? '' : mark(scale, { at: age(life.onsetUs), limit, color: COLORS.onset }),
    alarm ? mark(scale, { at: age(alarm.span.endUs), limit, color: COLORS.alarm }) : '',
    `<line x1="${scale.x(0)}" y1="${scale.y(lifeSeconds)}" x2="${scale.x(lifeSeconds)}" y2="${scale.y(0)}" stroke="${COLORS.truth}" stroke-width="1.5"/>`,
    `<polyline points="${points.map((one) => `${scale.x(one.at)},${scale.y(one.remainingSeconds)}`).join(' ')}" fill="none" stroke="${COLORS.ours}" stroke-width="1.8"/>`,
  ].join('\n');
}

const TICK_SECONDS = 40;

function axes(scale: Scale, limit: number): string[] {
  const ticks = Array.from({ length: Math.floor(limit / TICK_SECONDS) + 1 }, (_, index) => index * TICK_SECONDS);
  return ticks.flatMap((tick) => [
    `<line x1="${scale.x(0)}" y1="${scale.y(tick)}" x2="${scale.x(limit)}" y2="${scale.y(tick)}" stroke="${COLORS.grid}"/>`,
    `<text x="${scale.x(0) - 6}" y="${scale.y(tick) + 4}" text-anchor="end">${tick}</text>`,
    `<text x="${scale.x(tick)}" y="${scale.y(0) + 16}" text-anchor="middle">${tick}</text>`,
  ]);
}

const mark = (scale: Scale, { at, limit, color }: { at: number; limit: number; color: string }): string =>
  `<line x1="${scale.x(at)}" y1="${scale.y(0)}" x2="${scale.x(at)}" y2="${scale.y(limit)}" stroke="${color}" stroke-width="1.2" stroke-dasharray="4 3"/>`;

function legend(): string {
  const entries = [
    ['truth', COLORS.truth, ''],
    ['prediction of each cycle, with its 80 % range', COLORS.ours, ''],
    ['onset of the fault', COLORS.onset, '4 3'],
    ['first alarm', COLORS.alarm, '4 3'],
  ] as const;
  const starts = [20, 100, 440, 600];
  const lines = entries.map(
    ([text, color, dashes], index) =>
      `<line x1="${starts[index]}" y1="54" x2="${starts[index]! + 26}" y2="54" stroke="${color}" stroke-width="2"${dashes && ` stroke-dasharray="${dashes}"`}/><text x="${starts[index]! + 32}" y="58" font-size="12">${text}</text>`,
  );
  return `${lines.join('\n')}\n<text x="20" y="80" font-size="12">Upwards: remaining life in seconds. To the right: age in seconds.</text>`;
}

const rounded = (value: number): number => Math.round(value * 10) / 10;
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
