package org.limelm.train.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.weights.ModelFolder;
import org.limelm.train.arm.ModelProvenance;
import org.limelm.train.optim.WeightAverage;

/**
 * The tensors of a checkpoint: the weights as a model folder, the optimizer state, and the average
 * of the weights if it is kept, in one file each.
 */
public final class CheckpointTensors {
    private static final String OPTIMIZER = "optimizer.safetensors";
    private static final String AVERAGE = "average.safetensors";

    private final LimeDecoder decoder;
    private final OptimizerFile optimizer;
    private final Optional<WeightAverage> average;

    /** Creates the tensors of the given model, optimizer and average. */
    public CheckpointTensors(
            LimeDecoder decoder, OptimizerFile optimizer, Optional<WeightAverage> average) {
        this.decoder = decoder;
        this.optimizer = optimizer;
        this.average = average;
    }

    /**
     * Writes the files to a folder. Must be called by the leader of the team while the other
     * processes call {@link #assistWriting}.
     */
    public void write(Path folder, ModelProvenance provenance) throws IOException {
        ModelFolder.save(folder, decoder, provenance.entries());
        optimizer.write(folder.resolve(OPTIMIZER));
        average.ifPresent(running -> TensorFiles.write(folder.resolve(AVERAGE), running.state()));
    }

    /** Sends the leader of the team the state that only this process holds. */
    public void assistWriting() {
        optimizer.assist();
    }

    /** Reads the files written by {@link #write}. */
    public void read(Path folder) {
        TensorFiles.read(folder.resolve(ModelFolder.WEIGHTS), decoder.parameters());
        optimizer.read(folder.resolve(OPTIMIZER));
        average.ifPresent(running -> TensorFiles.read(folder.resolve(AVERAGE), running.state()));
        decoder.weightsChanged();
    }
}
