package org.limelm.train.loop;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.limelm.train.checkpoint.ControlState;
import org.limelm.train.evaluation.EvaluationResult;
import org.limelm.train.generation.GeneratedText;
import org.limelm.train.record.StepMetrics;

/**
 * Calls the callbacks of a run on the leader, and tells all processes what they asked for. The
 * requests are those of the current step.
 */
final class RunControl implements TrainingControl {
    private static final int STOP = 0;
    private static final int FINISH = 1;
    private static final int SAVE = 2;
    private static final int EVALUATE = 3;
    private static final int RATE = 4;

    private final Run run;
    private final SampleTexts samples;
    private final boolean active;
    private final Map<String, Double> remembered;
    private final double[] requests = new double[RATE + 1];
    private long step;

    RunControl(Run run, ControlState start, SampleTexts samples) {
        this.run = run;
        this.samples = samples;
        remembered = new TreeMap<>(start.remembered());
        requests[RATE] = start.learningRateFactor();
        boolean finished = start.finished().equals(Optional.of(run.totalSteps())); // not extended
        requests[FINISH] = finished ? 1 : 0;
        active = run.team().any(!run.hooks().callbacks().isEmpty());
    }

    /** Forgets the requests of the previous step, except the learning rate factor. */
    void beginStep(long number) {
        step = number;
        for (int request = STOP; request <= EVALUATE; request++) {
            requests[request] = 0;
        }
    }

    void afterStep(StepMetrics metrics) {
        call(callback -> callback.afterStep(metrics, this));
    }

    void afterEvaluation(EvaluationResult result) {
        call(callback -> callback.afterEvaluation(result, this));
    }

    private void call(Consumer<TrainingCallback> event) {
        if (!active) {
            return;
        }
        run.team().onLeader(() -> run.hooks().callbacks().forEach(event));
        if (!run.team().leads()) {
            Arrays.fill(requests, 0);
        }
        run.team().collective().allReduceSum(requests);
    }

    boolean stopRequested() {
        return requests[STOP] > 0;
    }

    boolean finishRequested() {
        return requests[FINISH] > 0;
    }

    boolean saveRequested() {
        return requests[SAVE] > 0;
    }

    boolean evaluationRequested() {
        return requests[EVALUATE] > 0;
    }

    /** Returns what checkpoints keep. */
    ControlState state() {
        Optional<Long> finished =
                finishRequested() ? Optional.of(run.totalSteps()) : Optional.empty();
        return new ControlState(requests[RATE], remembered, finished);
    }

    @Override
    public long step() {
        return step;
    }

    @Override
    public long totalSteps() {
        return run.totalSteps();
    }

    @Override
    public void stop() {
        requests[STOP] = 1;
    }

    @Override
    public void finish() {
        requests[FINISH] = 1;
    }

    @Override
    public void save() {
        requests[SAVE] = 1;
    }

    @Override
    public void evaluate() {
        requests[EVALUATE] = 1;
    }

    @Override
    public void setLearningRateFactor(double factor) {
        if (!(factor >= 0 && Double.isFinite(factor))) {
            throw new IllegalArgumentException(
                    "[learning rate factor] %s, expected a finite number, 0 or more"
                            .formatted(factor));
        }
        requests[RATE] = factor;
    }

    @Override
    public double learningRateFactor() {
        return requests[RATE];
    }

    @Override
    public GeneratedText sample(String prompt, int maxTokens) {
        return samples.continuation(step, prompt, maxTokens);
    }

    @Override
    public void remember(String name, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(
                    "[remember %s] %s, expected a finite number".formatted(name, value));
        }
        remembered.put(name, value);
    }

    @Override
    public OptionalDouble recall(String name) {
        Double value = remembered.get(name);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
}
