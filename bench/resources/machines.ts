/**
 * Nodes that differ, as those of real clusters do, and what a plain search would choose among them.
 *
 * @module
 */

/** The kinds of resource that a machine has. */
export type MachineKind = "cpu" | "memoryMb" | "gpu";

/** What one machine has. */
export type Machine = Readonly<Record<MachineKind, number>>;

/** What is asked for: all three kinds at once. */
export const DEMAND: Machine = Object.freeze({ cpu: 2, memoryMb: 4_096, gpu: 1 });

/** Only this share of the machines, the last ones, have room for {@linkcode DEMAND}; but at least one. */
const ROOMY_SHARE = 0.1;

/**
 * So many machines. Nine in ten have plenty of two kinds and too little of the third, each kind as often as another: wherever one
 * looks there is enough of every kind, and yet no room. The others have room, and differ in size.
 */
export function machines(count: number): Machine[] {
  const roomy = firstRoomy(count);
  return Array.from({ length: count }, (_, i) => {
    if (i >= roomy) return { cpu: 4 + i * 7 % 29, memoryMb: 1_024 * (8 + i * 11 % 57), gpu: 1 + i * 5 % 4 };
    return { cpu: i % 3 === 0 ? 1 : 32, memoryMb: i % 3 === 1 ? 2_048 : 65_536, gpu: i % 3 === 2 ? 0 : 4 };
  });
}

/** The lowest-numbered machine that has room: what first fit takes. */
export function firstRoomy(count: number): number {
  return Math.min(count - 1, Math.ceil(count * (1 - ROOMY_SHARE)));
}

/** The roomy machine with the least, each kind as a share of the largest machine's; of equals the lowest-numbered: best fit's. */
export function tightest(all: readonly Machine[]): number {
  const largest = (kind: MachineKind) => Math.max(...all.map((machine) => machine[kind]));
  const most = { cpu: largest("cpu"), memoryMb: largest("memoryMb"), gpu: largest("gpu") };
  const score = ({ cpu, memoryMb, gpu }: Machine) => cpu / most.cpu + memoryMb / most.memoryMb + gpu / most.gpu;
  let best = -1;
  for (const [i, machine] of all.entries()) {
    const hasRoom = machine.cpu >= DEMAND.cpu && machine.memoryMb >= DEMAND.memoryMb && machine.gpu >= DEMAND.gpu;
    if (hasRoom && (best < 0 || score(machine) < score(all[best]!))) best = i;
  }
  return best;
}
