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
 * The state of an optimizer as a file, the same whether one process holds it or many do: the leader
 * asks for what others hold tensor by tensor, so that nobody ever holds all of it.
 */
public final class OptimizerFile {
    private static final String FINISHED = "";

    private final OptimizerSetup setup;
    private final Optimizer optimizer;
    private final OptimizerKernels kernels;
    private final NDManager manager;
    private final Team team;

    /** A tensor of the state: of which parameter, and who holds it. */
    private record Holding(TrainedParameter parameter, int owner) {}

    /** Reads and writes the state of an optimizer whose processes are a team. */
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

    /** Writes the file; while the leader does, the others must {@link #assist}. */
    void write(Path file) {
        Optional<Ownership> divided = optimizer.ownership();
        if (divided.isPresent()) {
            team.await();
            writeTogether(file, holdings(divided.orElseThrow()));
        } else {
            TensorFiles.write(file, new TreeMap<>(optimizer.state()));
        }
    }

    private void writeTogether(Path file, Map<String, Holding> holdings) {
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
        team.collective().broadcast(FINISHED, team.rank());
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
                        share(array, holding);
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

    /** Gives the leader what it asks for, until it has written its file. */
    void assist() {
        Optional<Ownership> divided = optimizer.ownership();
        if (divided.isEmpty()) {
            return;
        }
        team.await();
        Map<String, Holding> holdings = holdings(divided.orElseThrow());
        String wanted = team.collective().broadcast(FINISHED, 0);
        while (!wanted.equals(FINISHED)) {
            Holding holding = holdings.get(wanted);
            if (holding == null) {
                throw new IllegalStateException("The leader asks for unknown " + wanted);
            }
            withTensor(wanted, holding, array -> share(array, holding));
            wanted = team.collective().broadcast(FINISHED, 0);
        }
    }

    private void share(NDArray array, Holding holding) {
        team.collective().broadcast(array, holding.owner());
        team.collective().awaitPending();
    }

    /** Hands out a tensor of this process, or an array of its shape if another process has it. */
    private void withTensor(String name, Holding holding, Consumer<NDArray> body) {
        NDArray own = optimizer.state().get(name);
        if (own != null) {
            body.accept(own);
            return;
        }
        try (Optimizer room = ofOne(holding.parameter())) {
            NDArray array = room.state().get(name);
            if (array == null) {
                throw new IllegalStateException("No state " + name);
            }
            body.accept(array);
        }
    }

    private Optimizer ofOne(TrainedParameter parameter) {
        return Optimizer.of(setup, List.of(parameter), kernels, manager);
    }

    /** Lists the whole state, by name, without allocating more than that of one parameter. */
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

    /** Reads what this process holds. */
    void read(Path file) {
        if (optimizer.ownership().isPresent()) {
            TensorFiles.readPart(file, optimizer.state());
        } else {
            TensorFiles.read(file, optimizer.state());
        }
    }
}
