// The rules, in the order in which their findings are shown.
import type { ModelReport } from '../report';
import { inputUnknown } from './input-unknown';
import { nmDivisible } from './nm-divisible';
import { noBatchNorm } from './no-batch-norm';
import type { Finding, Rule } from './rule';

export const rules: readonly Rule[] = [inputUnknown, nmDivisible, noBatchNorm];

/** What all rules find in a report. */
export const findings = (report: ModelReport): Finding[] => rules.flatMap((rule) => rule.check(report));
