import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.limelm.annotate.pipeline.DocumentAnnotator;
import org.limelm.core.tensorfile.SafetensorsWriter;
import org.limelm.core.tensorfile.TensorSource;
import org.limelm.core.text.TaggedPieces;
import org.limelm.model.decoder.Batch;
import org.limelm.model.weights.TensorTransfer;
import org.limelm.train.arm.Arm;
import org.limelm.train.generation.TrainedModel;

/** Writes the logits of a model for every line of a file, for compare.py: MODEL TEXTS OUT. */
class Logits {
    public static void main(String[] args) throws Exception {
        List<String> texts = Files.readAllLines(Path.of(args[1]));
        List<TensorSource> tensors = new ArrayList<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        double loss = 0;
        long tokens = 0;
        try (TrainedModel model = TrainedModel.open(Path.of(args[0]))) {
            Arm arm = model.provenance().arm();
            NDManager manager = model.manager();
            TensorTransfer transfer = new TensorTransfer();
            DocumentAnnotator annotator =
                    new DocumentAnnotator(
                            model.annotators(),
                            model.tokenizer(),
                            model.provenance().annotation(),
                            arm.split());
            List<String> annotated = model.annotators().schema().names();
            for (int k = 0; k < texts.size(); k++) {
                TaggedPieces pieces = annotator.annotate(texts.get(k)).pieces();
                int length =
                        Math.min(
                                pieces.tokens().length - 1, // without the end of text
                                model.decoder().config().contextLength());
                Shape shape = new Shape(1, length);
                long[] ids = IntStream.of(pieces.tokens()).limit(length).asLongStream().toArray();
                NDArray input = manager.create(ids, shape);
                tensors.add(transfer.source("ids." + k, manager.create(ids)));
                List<NDArray> read = new ArrayList<>();
                List<NDArray> none = new ArrayList<>();
                List<long[]> tags = new ArrayList<>();
                for (String feature : model.decoder().tables().names()) {
                    int[] all = pieces.tags().get(annotated.indexOf(feature));
                    long[] shifted = new long[length];
                    for (int i = 0; i < length; i++) {
                        int at = i + arm.shift();
                        shifted[i] = at >= 0 && at < length ? all[at] : 0;
                    }
                    read.add(manager.create(shifted, shape));
                    none.add(manager.create(new long[length], shape));
                    tags.add(IntStream.of(all).limit(length).asLongStream().toArray());
                }
                NDArray logits = logits(model, input, read);
                tensors.add(transfer.source("logits." + k, logits));
                if (!read.isEmpty()) {
                    int features = tags.size();
                    long[] rows = new long[length * features];
                    for (int i = 0; i < rows.length; i++) {
                        rows[i] = tags.get(i % features)[i / features];
                    }
                    NDArray table = manager.create(rows, new Shape(length, features));
                    tensors.add(transfer.source("tags." + k, table));
                    tensors.add(transfer.source("untagged." + k, logits(model, input, none)));
                }
                if (pieces.tokens().length - 1 == length) {
                    metadata.put("text." + k, texts.get(k));
                }
                loss += loss(logits, ids);
                tokens += length - 1;
            }
            SafetensorsWriter.write(Path.of(args[2]), metadata, tensors);
        }
        System.out.printf(
                "LIME: %d texts, %d tokens, perplexity %.6f%n",
                texts.size(), tokens, Math.exp(loss / tokens));
    }

    private static NDArray logits(TrainedModel model, NDArray input, List<NDArray> tags) {
        Batch batch = new Batch(input, input, tags, Optional.empty());
        return model.decoder().logits(batch, model.manager()).squeeze(0);
    }

    private static double loss(NDArray logits, long[] ids) {
        double sum = 0;
        for (int i = 0; i + 1 < ids.length; i++) {
            NDArray row = logits.get(i);
            double max = row.max().getFloat();
            double normalizer = row.sub(max).exp().sum().getFloat();
            sum += max + Math.log(normalizer) - row.getFloat(ids[i + 1]);
        }
        return sum;
    }
}
