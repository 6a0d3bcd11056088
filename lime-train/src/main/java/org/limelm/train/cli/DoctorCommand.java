package org.limelm.train.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.limelm.train.cli.DoctorChecks.Finding;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lime doctor}: what is installed, what is missing, how to mend it. */
@Command(
        name = "doctor",
        description = {
            "Shows Java, engine, devices, native libraries, threads, memory and disk:",
            "what is missing, and how to mend it."
        },
        footer = {"", "Examples:", "  lime doctor", "  lime doctor --json"})
final class DoctorCommand implements Callable<Integer> {
    @Mixin private JsonOutput json = new JsonOutput();

    /** All findings. */
    record Report(boolean ok, List<Finding> findings) {}

    @Override
    public Integer call() {
        List<Finding> findings = DoctorChecks.all();
        boolean ok = findings.stream().allMatch(Finding::ok);
        findings.forEach(
                finding ->
                        System.out.printf(
                                "%-11s %-7s %s%n",
                                finding.what(), finding.ok() ? "ok" : "BROKEN", finding.found()));
        findings.stream()
                .filter(finding -> !finding.ok())
                .forEach(finding -> System.out.println(finding.what() + ": " + finding.remedy()));
        json.print(System.out, new Report(ok, findings));
        return ok ? 0 : Lime.FAILED;
    }
}
