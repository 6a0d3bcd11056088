package org.limelm.train.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.limelm.core.tensorfile.SafetensorsWriter;
import org.limelm.core.tensorfile.TensorSource;
import org.limelm.model.weights.TensorTransfer;
import org.limelm.train.distributed.Ownership;
import org.limelm.train.distributed.Team;
import org.limelm.train.optim.Optimizer;
import org.limelm.train.optim.OptimizerKernels;
import org.limelm.train.optim.OptimizerSetup;
import org.limelm.train.optim.TrainedParameter;

/**
 * The optimizer state as a file. The file is the same whether the state is sharded or not: the
 * leader fetches the tensors of other processes one by one, so that no process holds the whole
 * state.
 */
public final class OptimizerFile {
    private static final String END_OF_REQUESTS = "";

    private final OptimizerSetup setup;
    private final Optimizer optimizer;
    private final OptimizerKernels kernels;
    private final NDManager manager;
    private final Team team;

    /** A state tensor: its parameter and the rank that holds it. */
    private record Holding(TrainedParameter parameter, int owner) {}

    /** Creates the file access for an optimizer of a team. */
    public OptimizerFile(
            OptimizerSetup setup,
            Optimizer optimizer,
            OptimizerKernels kernels,
            NDManager manager,
            Team team) {
        this.setup = setup;
        this.optimizer = optimizer;
        this.kernels = kernels;
        this.manager = manager;
        this.team = team;
    }

    /** Writes the file on the leader, while the other processes call {@link #assist}. */
    void write(Path file) {
        Optional<Ownership> ownership = optimizer.ownership();
        if (ownership.isPresent()) {
            team.await();
            writeSharded(file, holdings(ownership.orElseThrow()));
        } else {
            TensorFiles.write(file, new TreeMap<>(optimizer.state()));
        }
    }

    private void writeSharded(Path file, Map<String, Holding> holdings) {
        TensorTransfer transfer = new TensorTransfer();
        List<TensorSource> sources = new ArrayList<>();
        holdings.forEach(
                (name, holding) ->
                        withTensor(
                                name,
                                holding,
                                array -> {
                                    TensorSource source = transfer.source(name, array);
                                    sources.add(
                                            new TensorSource(
                                                    name,
                                                    source.dtype(),
                                                    source.shape(),
                                                    channel ->
                                                            fetch(
                                                                    name, holding, transfer,
                                                                    channel)));
                                }));
        SafetensorsWriter.write(file, TensorFiles.METADATA, sources);
        team.collective().broadcast(END_OF_REQUESTS, team.rank());
    }

    private void fetch(
            String name, Holding holding, TensorTransfer transfer, WritableByteChannel channel)
            throws IOException {
        List<IOException> failures = new ArrayList<>();
        withTensor(
                name,
                holding,
                array -> {
                    if (holding.owner() != team.rank()) {
                        team.collective().broadcast(name, team.rank());
                        send(array, holding);
                    }
                    try {
                        transfer.source(name, array).content().writeTo(channel);
                    } catch (IOException e) {
                        failures.add(e);
                    }
                });
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
    }

    /** Serves the leader's requests until it has written the file. */
    void assist() {
        Optional<Ownership> ownership = optimizer.ownership();
        if (ownership.isEmpty()) {
            return;
        }
        team.await();
        Map<String, Holding> holdings = holdings(ownership.orElseThrow());
        String requested = team.collective().broadcast(END_OF_REQUESTS, 0);
        while (!requested.equals(END_OF_REQUESTS)) {
            Holding holding = holdings.get(requested);
            if (holding == null) {
                throw new IllegalStateException("The leader requested unknown state " + requested);
            }
            withTensor(requested, holding, array -> send(array, holding));
            requested = team.collective().broadcast(END_OF_REQUESTS, 0);
        }
    }

    private void send(NDArray array, Holding holding) {
        team.collective().broadcast(array, holding.owner());
        team.collective().awaitPending();
    }

    /**
     * Passes a tensor of this process, or a temporary array of its shape if another process holds
     * it.
     */
    private void withTensor(String name, Holding holding, Consumer<NDArray> body) {
        NDArray own = optimizer.state().get(name);
        if (own != null) {
            body.accept(own);
            return;
        }
        try (Optimizer temporary = ofOne(holding.parameter())) {
            NDArray array = temporary.state().get(name);
            if (array == null) {
                throw new IllegalStateException("No state " + name);
            }
            body.accept(array);
        }
    }

    private Optimizer ofOne(TrainedParameter parameter) {
        return Optimizer.of(setup, List.of(parameter), kernels, manager);
    }

    /**
     * Returns the owners of the whole state by name, allocating the state of one parameter at a
     * time.
     */
    private Map<String, Holding> holdings(Ownership owners) {
        Map<String, Holding> holdings = new TreeMap<>();
        List<TrainedParameter> parameters = optimizer.parameters();
        for (int i = 0; i < parameters.size(); i++) {
            Holding holding = new Holding(parameters.get(i), owners.of(i));
            try (Optimizer one = ofOne(parameters.get(i))) {
                one.state().keySet().forEach(name -> holdings.put(name, holding));
            }
        }
        return holdings;
    }

    /** Reads the state held by this process. */
    void read(Path file) {
        if (optimizer.ownership().isPresent()) {
            TensorFiles.readPart(file, optimizer.state());
        } else {
            TensorFiles.read(file, optimizer.state());
        }
    }
}
