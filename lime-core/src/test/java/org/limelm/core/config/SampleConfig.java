package org.limelm.core.config;

import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.limelm.core.ConfigException;

/** A configuration with every type that the loader supports. */
record SampleConfig(
        @Doc("Seed of all random choices") long seed,
        @Doc("Prepared corpus") Path data,
        @Doc("What the run is called") String name,
        @Doc("Arms to train") List<SampleArm> arms,
        @Doc("The model") Model model,
        @Doc("How the rate moves") Schedule schedule,
        @Doc("Time between checkpoints") Duration every,
        @Doc("Largest gradient norm") Optional<Double> clip,
        @Doc("Share of each source") Map<String, Double> mixture,
        @Doc("Stages of training") List<Stage> stages) {
    enum SampleArm {
        BASELINE("baseline"),
        LIME("lime"),
        LIME_PLUS_1("lime+1");

        private final String label;

        SampleArm(String label) {
            this.label = label;
        }

        @JsonValue
        String label() {
            return label;
        }
    }

    enum Precision {
        F32,
        MIXED_BF16
    }

    record Model(
            @Doc("Width") int hiddenSize,
            @Doc("Whether the head is the token table") boolean tiedHead,
            @Doc("Type of computation") Precision precision) {
        Model {
            if (hiddenSize % 2 != 0) {
                throw new IllegalArgumentException(
                        "hiddenSize " + hiddenSize + " is odd, but positions rotate pairs");
            }
        }

        static Model defaults() {
            return new Model(64, true, Precision.F32);
        }
    }

    sealed interface Schedule {
        record Constant(@Doc("Learning rate") double rate) implements Schedule {}

        record WarmupCosine(@Doc("Highest rate") double peak, @Doc("Steps up to it") int warmup)
                implements Schedule {
            public WarmupCosine {
                if (warmup < 0) {
                    throw new ConfigException("[schedule] warmup " + warmup + ", expected >= 0");
                }
            }

            static WarmupCosine defaults() {
                return new WarmupCosine(1e-3, 100);
            }
        }
    }

    record Stage(@Doc("Steps") int steps, @Doc("Shown in the log") Optional<String> label) {}

    static SampleConfig defaults() {
        return new SampleConfig(
                1,
                Path.of("data"),
                "run",
                List.of(SampleArm.BASELINE),
                new Model(128, false, Precision.MIXED_BF16),
                new Schedule.WarmupCosine(3e-4, 10),
                Duration.ofMinutes(10),
                Optional.of(1.0),
                Map.of(),
                List.of());
    }
}
