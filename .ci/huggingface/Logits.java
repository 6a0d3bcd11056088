import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.limelm.annotate.pipeline.DocumentAnnotator;
import org.limelm.core.metadata.Feature;
import org.limelm.core.tensorfile.SafetensorsWriter;
import org.limelm.core.tensorfile.TensorSource;
import org.limelm.core.text.TaggedPieces;
import org.limelm.model.decoder.Batch;
import org.limelm.model.decoder.CachedDecoder;
import org.limelm.model.decoder.LimeDecoder;
import org.limelm.model.decoder.ModelFeatures;
import org.limelm.model.decoder.SelfFedTexts;
import org.limelm.model.generate.Generator;
import org.limelm.model.generate.MetadataSource;
import org.limelm.model.generate.SamplingOptions;
import org.limelm.model.weights.TensorTransfer;
import org.limelm.train.arm.Arm;
import org.limelm.train.generation.TrainedModel;

/**
 * Writes what a model computes for every line of a file, for compare.py: MODEL TEXTS OUT. The first
 * lines, up to eight tokens of each, are also continued.
 */
class Logits {
    private static final int PROMPT = 8;
    private static final int CONTINUED = 40;
    private static final int CONTINUED_TEXTS = 5;

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
                ModelFeatures features = model.decoder().features();
                List<NDArray> read = new ArrayList<>();
                List<NDArray> none = new ArrayList<>();
                List<NDArray> tags = new ArrayList<>();
                for (Feature table : features.tables().features()) {
                    int[] all = pieces.tags().get(annotated.indexOf(table.name()));
                    read.add(manager.create(shifted(all, arm.shift(), length), shape));
                    long[] absent = new long[length];
                    Arrays.fill(absent, absent(table));
                    none.add(manager.create(absent, shape));
                    tags.add(manager.create(shifted(all, 0, length), shape));
                }
                List<NDArray> headTags = new ArrayList<>();
                List<NDArray> next = new ArrayList<>();
                for (String feature : features.predicted().names()) {
                    int[] all = pieces.tags().get(annotated.indexOf(feature));
                    headTags.add(manager.create(shifted(all, 0, length), shape));
                    next.add(manager.create(shifted(all, 1, length), shape));
                }
                Batch batch = batch(input, read, next);
                NDArray logits = model.decoder().logits(batch, manager).squeeze(0);
                tensors.add(transfer.source("logits." + k, logits));
                if (!read.isEmpty()) {
                    NDArray untagged = model.decoder().logits(batch(input, none, next), manager);
                    tensors.add(transfer.source("tags." + k, columns(tags)));
                    tensors.add(transfer.source("untagged." + k, untagged.squeeze(0)));
                }
                if (features.tagHead().isPresent()) {
                    NDArray nll = columns(model.decoder().score(batch, manager).tagNll());
                    tensors.add(transfer.source("head_tags." + k, columns(headTags)));
                    tensors.add(transfer.source("next_tags." + k, columns(next)));
                    tensors.add(transfer.source("tag_nll." + k, nll));
                }
                if (features.predictsOwnTags()) {
                    addPredicted(tensors, model, ids, 0, k);
                }
                if (k < CONTINUED_TEXTS && length >= PROMPT) {
                    long[] prompt = Arrays.copyOf(ids, PROMPT);
                    NDArray continued =
                            features.predictsOwnTags()
                                    ? addPredicted(tensors, model, prompt, CONTINUED, k)
                                    : continued(model, prompt);
                    tensors.add(transfer.source("continued." + k, continued));
                    tensors.add(transfer.source("prompt." + k, manager.create((long) PROMPT)));
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

    /** Returns for every token the tag of the token {@code shift} later, or NONE. */
    private static long[] shifted(int[] tags, int shift, int length) {
        long[] shifted = new long[length];
        for (int i = 0; i < length; i++) {
            int at = i + shift;
            shifted[i] = at >= 0 && at < length ? tags[at] : 0;
        }
        return shifted;
    }

    /** Returns what a position reads where no tags are known. */
    private static int absent(Feature table) {
        return table.canBeDropped() ? table.size() - 1 : Feature.NONE_ID;
    }

    private static Batch batch(NDArray input, List<NDArray> tags, List<NDArray> next) {
        return new Batch(input, input, tags, next, Optional.empty(), Optional.empty());
    }

    /** Returns one column per feature: (1, T) each to (T, M). */
    private static NDArray columns(List<NDArray> perFeature) {
        return NDArrays.stack(new NDList(perFeature), 2).squeeze(0);
    }

    /** Returns a prompt and its greedy continuation, without tags. */
    private static NDArray continued(TrainedModel model, long[] prompt) {
        int[] ids = LongStream.of(prompt).mapToInt(id -> (int) id).toArray();
        SamplingOptions greedy = SamplingOptions.greedy(CONTINUED);
        int[] absent =
                model.decoder().tables().features().stream().mapToInt(Logits::absent).toArray();
        MetadataSource source = token -> absent;
        try (Generator generator = new Generator(model.decoder())) {
            List<Integer> added =
                    generator.generate(ids, -1, source, greedy, id -> {}).tokens();
            LongStream all =
                    LongStream.concat(
                            LongStream.of(prompt), added.stream().mapToLong(Integer::longValue));
            return model.manager().create(all.toArray());
        }
    }

    /**
     * Reads a text with the tags that the model predicts, and continues it.
     *
     * @param more number of tokens to add; only without any, what was computed is written
     * @return the text with its continuation
     */
    private static NDArray addPredicted(
            List<TensorSource> tensors, TrainedModel model, long[] text, int more, int k) {
        LimeDecoder decoder = model.decoder();
        NDManager manager = model.manager();
        int features = decoder.tables().size();
        long[] ids = Arrays.copyOf(text, text.length + more);
        long[] tags = new long[ids.length * features];
        float[] logProbs = new float[ids.length * decoder.config().vocabularySize()];
        try (CachedDecoder cached = CachedDecoder.of(decoder, 1);
                SelfFedTexts texts = cached.newSelfFedTexts(1, ids.length, 1)) {
            for (int i = 0; i < ids.length; i++) {
                long[] token = {ids[i]};
                List<long[]> most = texts.propose(token, 1).tags();
                texts.read(token, most);
                float[] next = texts.logProbabilities();
                texts.keep(new long[] {0});
                System.arraycopy(next, 0, logProbs, i * next.length, next.length);
                for (int feature = 0; feature < features; feature++) {
                    tags[i * features + feature] = most.get(feature)[0];
                }
                if (i + 1 >= text.length && i + 1 < ids.length) {
                    ids[i + 1] = manager.create(next).argMax().getLong();
                }
            }
        }
        if (more == 0) {
            Shape ofTags = new Shape(ids.length, features);
            Shape ofTokens = new Shape(ids.length, decoder.config().vocabularySize());
            TensorTransfer transfer = new TensorTransfer();
            tensors.add(transfer.source("predicted_tags." + k, manager.create(tags, ofTags)));
            tensors.add(transfer.source("predicted." + k, manager.create(logProbs, ofTokens)));
        }
        return manager.create(ids);
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
