/**
 * Data sets whose statistics are published.
 *
 * @module
 */

/**
 * A. A. Michelson's measurements of the speed of light in air (1879), in km/s less 299,000: "Michelso" of the NIST Statistical
 * Reference Datasets, and `morley$Speed` of R.
 */
export const MICHELSON: readonly number[] = [
  ...[850, 740, 900, 1070, 930, 850, 950, 980, 980, 880, 1000, 980, 930, 650, 760, 810, 1000, 1000, 960, 960],
  ...[960, 940, 960, 940, 880, 800, 850, 880, 900, 840, 830, 790, 810, 880, 880, 830, 800, 790, 760, 800],
  ...[880, 880, 880, 860, 720, 720, 620, 860, 970, 950, 880, 910, 850, 870, 840, 840, 850, 840, 840, 840],
  ...[890, 810, 810, 820, 800, 770, 760, 740, 750, 760, 910, 920, 890, 860, 880, 720, 840, 850, 850, 780],
  ...[890, 840, 780, 810, 760, 810, 790, 810, 820, 850, 870, 870, 810, 740, 810, 940, 950, 800, 810, 870],
];

/**
 * "NumAcc2" to "NumAcc4" of the NIST Statistical Reference Datasets: `center`, then 500 times a tenth less and a tenth more.
 * The mean is `center`, the standard deviation 0.1, exactly.
 */
export function numericalAccuracy(center: number): number[] {
  const scaled = Math.round(center * 10);
  return [center, ...Array.from({ length: 1000 }, (_, i) => (scaled + (i % 2 === 0 ? -1 : 1)) / 10)];
}

/** "Norris" of the NIST Statistical Reference Datasets, a straight line: pairs of y and x. */
export const NORRIS: readonly (readonly [y: number, x: number])[] = [
  ...[[0.1, 0.2], [338.8, 337.4], [118.1, 118.2], [888.0, 884.6], [9.2, 10.1], [228.1, 226.5]] as const,
  ...[[668.5, 666.3], [998.5, 996.3], [449.1, 448.6], [778.9, 777.0], [559.2, 558.2], [0.3, 0.4]] as const,
  ...[[0.1, 0.6], [778.1, 775.5], [668.8, 666.9], [339.3, 338.0], [448.9, 447.5], [10.8, 11.6]] as const,
  ...[[557.7, 556.0], [228.3, 228.1], [998.0, 995.8], [888.8, 887.6], [119.6, 120.2], [0.3, 0.3]] as const,
  ...[[0.6, 0.3], [557.6, 556.8], [339.3, 339.1], [888.0, 887.2], [998.5, 999.0], [778.9, 779.0]] as const,
  ...[[10.2, 11.1], [117.6, 118.3], [228.9, 229.2], [668.4, 669.1], [449.2, 448.9], [0.2, 0.5]] as const,
];

/** Hours of sleep gained with one drug less those with the other: "Student" in Biometrika 6 (1908), and `sleep` of R. */
export const SLEEP_DIFFERENCES: readonly number[] = [-1.2, -2.4, -1.3, -1.3, 0, -1, -1.8, -0.8, -4.6, -1.4];

/** The self-awareness data of E. Dana (1990), as R. Wilcox, "Introduction to Robust Estimation", gives them. */
export const SELF_AWARENESS: readonly number[] = [
  ...[77, 87, 88, 114, 151, 210, 219, 246, 253, 262, 296, 299, 306, 376, 428, 515, 666, 1310, 2611],
];

/** The annual flow of the Nile at Aswan from 1871 to 1970, in 10^8 m³: `Nile` of R. It fell in 1899, for good. */
export const NILE: readonly number[] = [
  ...[1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140],
  ...[1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969],
  ...[831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759],
  ...[781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890],
  ...[744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740],
];
