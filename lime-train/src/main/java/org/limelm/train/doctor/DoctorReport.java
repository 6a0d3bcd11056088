package org.limelm.train.doctor;

import java.util.List;
import java.util.Locale;

/**
 * The results of the installation checks.
 *
 * @param ok whether all checks passed
 * @param findings the findings in output order
 */
public record DoctorReport(boolean ok, List<Finding> findings) {
    /** Copies the list. */
    public DoctorReport {
        findings = List.copyOf(findings);
    }

    /** Runs all checks; takes a few seconds. */
    public static DoctorReport take() {
        List<Finding> findings = DoctorChecks.all();
        return new DoctorReport(findings.stream().allMatch(Finding::ok), findings);
    }

    /** Returns one line per finding, then one per remedy. */
    public String toText() {
        StringBuilder text = new StringBuilder();
        for (Finding finding : findings) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            "%-11s %-7s %s%n",
                            finding.what(),
                            finding.ok() ? "ok" : "BROKEN",
                            finding.found()));
        }
        for (Finding finding : findings) {
            if (!finding.ok()) {
                text.append(finding.what()).append(": ").append(finding.remedy()).append('\n');
            }
        }
        return text.toString();
    }
}
