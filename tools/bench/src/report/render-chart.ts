import type { BenchDocument } from './bench-document.ts';

interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly belongs: (key: string) => boolean;
}

const PANELS: readonly Panel[] = [
  { title: 'As fast as mariadb --quick --batch', unit: '×', belongs: (key) => key.includes('_vs_cli_') },
  { title: 'As fast as other ways in Node', unit: '×', belongs: (key) => key.startsWith('writer_vs_') || key === 'extract_vs_plain_node_narrow' },
  { title: 'Encoding in a thread of its own', unit: '×', belongs: (key) => key.startsWith('one_thread_vs_two_') },
  { title: 'Cost of a row and peak memory, 10 M rows against 1 M (1 is even)', unit: '×', belongs: (key) => key.endsWith('_10m_vs_1m') },
  { title: 'Peak memory of a whole extraction', unit: ' MB', belongs: (key) => key.startsWith('peak_rss_mb_') },
];

const WIDTH = 920;
const LABEL_WIDTH = 290;
const BAR_WIDTH = 480;
const ROW = 26;
const COLOURS = { 'aim met': '#2a7d4f', 'must met': '#8a7a1f', missed: '#b3412e', 'no goal': '#5b7083' } as const;

/** The figures as bars with their spread, their must as a dashed and their aim as a solid line. Plain SVG. */
export function renderChart({ runs, machine, measuredAt }: BenchDocument): string {
  const parts: string[] = [];
  let y = 34;
  parts.push(text(20, y, `Tidemark bench, ${measuredAt.slice(0, 10)}`, 'font-size="18" font-weight="600"'));
  y += 20;
  parts.push(text(20, y, `${machine.cores} × ${machine.cpu}, Node ${machine.node}, ${machine.server}, server on the same cores`, 'fill="#555"'));
  for (const { title, unit, belongs } of PANELS) {
    const figures = Object.entries(runs).filter(([key]) => belongs(key));
    if (figures.length === 0) continue;
    const most = Math.max(...figures.flatMap(([, { max, goal }]) => [max, goal?.must ?? 0, goal?.aim ?? 0]));
    const place = (value: number): number => LABEL_WIDTH + (value / most) * BAR_WIDTH;
    y += 40;
    parts.push(text(20, y, title, 'font-size="14" font-weight="600"'));
    y += 10;
    for (const [key, { value, min, max, goal, verdict }] of figures) {
      parts.push(text(LABEL_WIDTH - 10, y + 17, key, 'text-anchor="end"'));
      parts.push(rectangle(LABEL_WIDTH, y + 5, place(value) - LABEL_WIDTH, COLOURS[verdict]));
      parts.push(line(place(min), y + 13, place(max), y + 13, 'stroke="#111" stroke-opacity="0.55" stroke-width="2"'));
      if (goal !== null) parts.push(line(place(goal.must), y + 2, place(goal.must), y + 24, 'stroke="#111" stroke-dasharray="3 2"'), line(place(goal.aim), y + 2, place(goal.aim), y + 24, 'stroke="#111"'));
      parts.push(text(LABEL_WIDTH + BAR_WIDTH + 14, y + 17, `${value >= 100 ? value.toFixed(0) : value.toFixed(2)}${unit}${verdict === 'no goal' ? '' : `, ${verdict}`}`));
      y += ROW;
    }
  }
  y += 26;
  parts.push(text(20, y, 'Bars: medians (peak memory: the greatest). Thin line: from the least to the greatest pair. Dashed: must. Solid: aim.', 'fill="#555"'));
  const height = y + 20;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12">\n<rect width="100%" height="100%" fill="#fff"/>\n${parts.join('\n')}\n</svg>\n`;
}

function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${x}" y="${y}" ${attributes}>${content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`;
}

function rectangle(x: number, y: number, width: number, colour: string): string {
  return `<rect x="${x}" y="${y}" width="${width.toFixed(1)}" height="16" rx="2" fill="${colour}"/>`;
}

function line(x1: number, y1: number, x2: number, y2: number, attributes: string): string {
  return `<line x1="${x1.toFixed(1)}" y1="${y1}" x2="${x2.toFixed(1)}" y2="${y2}" ${attributes}/>`;
}
