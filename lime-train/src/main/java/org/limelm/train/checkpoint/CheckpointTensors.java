package org.limelm.train.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.weights.ModelFolder;
import org.limelm.train.arm.ModelProvenance;
import org.limelm.train.optim.WeightAverage;

/**
 * The tensors of a checkpoint, one file each: the weights as a model folder, the optimizer's state,
 * and the running average of the weights, where there is one.
 */
public final class CheckpointTensors {
    private static final String OPTIMIZER = "optimizer.safetensors";
    private static final String AVERAGE = "average.safetensors";

    private final LimeDecoder decoder;
    private final OptimizerFile optimizer;
    private final Optional<WeightAverage> average;

    /** Reads from and writes to the model, optimizer and average given. */
    public CheckpointTensors(
            LimeDecoder decoder, OptimizerFile optimizer, Optional<WeightAverage> average) {
        this.decoder = decoder;
        this.optimizer = optimizer;
        this.average = average;
    }

    /**
     * Writes the files into a folder; called by the leader of the team, while the other processes
     * {@link #assistWriting}.
     */
    public void write(Path folder, ModelProvenance provenance) throws IOException {
        ModelFolder.save(folder, decoder, provenance.entries());
        optimizer.write(folder.resolve(OPTIMIZER));
        average.ifPresent(running -> TensorFiles.write(folder.resolve(AVERAGE), running.state()));
    }

    /** Gives the leader of the team what only this process has. */
    public void assistWriting() {
        optimizer.assist();
    }

    /** Reads what {@link #write} wrote. */
    public void read(Path folder) {
        TensorFiles.read(folder.resolve(ModelFolder.WEIGHTS), decoder.parameters());
        optimizer.read(folder.resolve(OPTIMIZER));
        average.ifPresent(running -> TensorFiles.read(folder.resolve(AVERAGE), running.state()));
        decoder.weightsChanged();
    }
}
