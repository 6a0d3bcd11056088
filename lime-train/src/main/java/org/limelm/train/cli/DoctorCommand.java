package org.limelm.train.cli;

import java.util.concurrent.Callable;
import org.limelm.train.doctor.DoctorReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lime doctor}: shows what is installed, what is missing and how to fix it. */
@Command(
        name = "doctor",
        description = {
            "Checks the installation, and shows what is missing and how to fix it.",
            "Covers Java, memory, native libraries, engine, threads, devices, MPI, NCCL, annotators"
                    + " and disk."
        },
        footer = {"", "Examples:", "  lime doctor", "  lime doctor --json"})
final class DoctorCommand implements Callable<Integer> {
    @Mixin private JsonOutput json = new JsonOutput();

    @Override
    public Integer call() {
        DoctorReport report = DoctorReport.take();
        System.out.print(report.toText());
        json.print(report);
        return report.ok() ? 0 : Lime.FAILED;
    }
}
