/**
 * What a command's help says below its options: exit codes, formats, examples.
 *
 * @module
 */

export const EXIT_CODES = `
Exit codes:
  0    done
  1    a benchmark failed, or a comparison found a regression
  2    wrong usage, or a file or folder that cannot be read or written
  3    a comparison is inconclusive, with --fail-on inconclusive
  130  interrupted by Ctrl-C (SIGINT), 143 by SIGTERM, 129 by a terminal that
       closes (SIGHUP; not under nohup): what was complete is reported and
       saved; a second Ctrl-C or SIGTERM ends the program at once`;

export const ENVIRONMENT = `
Environment:
  PUFFIN_BENCH_<OPTION>  default of an option: PUFFIN_BENCH_OUTPUT_DIR=out
  NO_COLOR               no colours, if not empty
  COLUMNS                width of the table
  CI                     no redrawing of the progress line, if not empty`;

export const FORMATS = `
Formats:
  table, markdown, html    for people
  json                     the whole result, as --save-results saves it
  csv                      one line a benchmark, for spreadsheets
  go                       Go benchmark text, for benchstat
  bencher                  Bencher Metric Format
  github-action-benchmark  for its tool customSmallerIsBetter
  junit                    JUnit XML: a test case a benchmark
  openmetrics              for Prometheus`;

export const COMPARISON_FORMATS_HELP = `
Formats of a comparison:
  table, markdown, html    for people
  json                     the whole comparison, which report shows again
  github                   annotations of GitHub Actions
  junit                    JUnit XML: slower is a failure, inconclusive skipped`;

export const GITHUB = `
In GitHub Actions a comparison is also appended to the job summary, and its
annotations are written to stderr.`;

export const COMPARISON_EXIT_CODES = `
Exit codes:
  0    no regression
  1    regression: a benchmark is slower, or fails and did not before;
       --fail-on names other outcomes, or none
  2    wrong usage, a file that cannot be read, or results that cannot be
       compared: different hosts, no benchmark in common
  3    inconclusive, with --fail-on inconclusive and nothing worse`;

export const AB_HELP = `
Examples:
  puffin-bench ab --a ./puffin-bench-old --b ./puffin-bench-new core-agent
  puffin-bench ab --a main --b HEAD bench/parser_bench.ts
  puffin-bench ab --a old_parser.ts --b new_parser.ts --threshold 5

Files of benchmarks are those of run. Of two files, benchmarks of one name are
compared. Revisions without a file are of puffin-bench: its suites are measured.`;

export const SELFTEST_HELP = `
Pairs of processes of identical code are measured, and some with one side slowed
on purpose. Hundreds of comparisons are then replayed from them through the
procedures of ab and compare: how often identical code alarms, which changes are
found, and which --threshold, --budget and --forks suit this host.`;

export const SYSTEM_HELP = `
Each property is good, to mind (small differences may come from it), bad (large
ones may) or unknown. The figures are measured: a file of 1 MiB is written
over and over and removed, and a byte goes to and fro on 127.0.0.1. Every result
has them too, in a short form; compare --across-hosts shows the ratio of two.`;

export const DOCTOR_HELP = `
The most important first: bad (large differences may come from it), mind (small
ones may), note (columns beside the durations). Silent about what is well.

Exit codes:
  0    nothing bad: it may be trusted, with care if something is to mind
  1    something bad
  2    wrong usage, or no result that can be read`;

export const COMPLETIONS_HELP = `
Examples:
  source <(puffin-bench completions bash)    in ~/.bashrc
  source <(puffin-bench completions zsh)     in ~/.zshrc, after compinit
  puffin-bench completions fish | source     in ~/.config/fish/config.fish`;

export const BASELINE_HELP = `
A baseline is replaced only after a question, or with --force; every run that
ever was one is kept in results/baselines.`;
