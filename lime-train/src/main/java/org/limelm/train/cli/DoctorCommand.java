package org.limelm.train.cli;

import java.util.concurrent.Callable;
import org.limelm.train.doctor.DoctorReport;
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

    @Override
    public Integer call() {
        DoctorReport report = DoctorReport.take();
        System.out.print(report.toText());
        json.print(System.out, report);
        return report.ok() ? 0 : Lime.FAILED;
    }
}
