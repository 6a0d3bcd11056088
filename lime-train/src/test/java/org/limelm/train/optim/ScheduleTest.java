package org.limelm.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.limelm.core.ConfigException;
import org.limelm.train.config.ScheduleConfig;
import org.limelm.train.config.ScheduleConfig.Kind;

class ScheduleTest {
    private static final double PEAK = 0.01;

    private static Schedule schedule(Kind kind) {
        return new Schedule(new ScheduleConfig(kind, 10, 0, 0.1, 0.25), PEAK, 100);
    }

    @ParameterizedTest
    @EnumSource
    void warmupIncreasesLinearlyToThePeak(Kind kind) {
        Schedule schedule = schedule(kind);
        for (int step = 0; step < 10; step++) {
            assertThat(schedule.learningRate(step))
                    .isCloseTo(PEAK * (step + 1) / 10, offset(1e-15));
        }
        assertThat(schedule.factor(10)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void rateDecreasesMonotonicallyToTheMinimum(Kind kind) {
        Schedule schedule = schedule(kind);
        for (int step = 10; step < 99; step++) {
            assertThat(schedule.factor(step + 1)).isLessThanOrEqualTo(schedule.factor(step));
        }
        assertThat(schedule.factor(99)).isCloseTo(kind == Kind.CONSTANT ? 1 : 0.1, offset(1e-12));
    }

    @Test
    void cosineAndLinearMatchTheirFormulas() {
        for (int step = 10; step < 100; step++) {
            double progress = (step - 10) / 89.0;
            assertThat(schedule(Kind.COSINE).factor(step))
                    .isCloseTo(0.1 + 0.9 * 0.5 * (1 + Math.cos(Math.PI * progress)), offset(1e-12));
            assertThat(schedule(Kind.LINEAR).factor(step))
                    .isCloseTo(1 - 0.9 * progress, offset(1e-12));
        }
    }

    @Test
    void wsdIsStableAndThenDecaysLinearly() {
        Schedule schedule = schedule(Kind.WSD);
        assertThat(schedule.factor(74)).isEqualTo(1);
        assertThat(schedule.factor(75)).isCloseTo(1 - 0.9 / 25, offset(1e-12));
        assertThat(schedule.factor(87)).isCloseTo(1 - 0.9 * 13 / 25, offset(1e-12));
    }

    @Test
    void warmupLongerThanTheRunIsRejected() {
        assertThatThrownBy(
                        () -> new Schedule(new ScheduleConfig(Kind.COSINE, 10, 0, 0, 0), PEAK, 9))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("schedule.warmupSteps");
    }

    @Test
    void runsOfOneStepHaveARate() {
        Schedule one = new Schedule(new ScheduleConfig(Kind.COSINE, 0, 0, 0.1, 0), PEAK, 1);
        assertThat(one.learningRate(0)).isEqualTo(PEAK);
    }
}
