package org.limelm.train.serve;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.limelm.core.metadata.Feature;
import org.limelm.train.arm.ModelProvenance;
import org.limelm.train.generation.TrainedModel;

/**
 * The models of a server.
 *
 * @param all the models; the first one answers requests that name none
 * @param started when the server started, seconds since 1970
 */
record ServedModels(List<ServedModel> all, long started) {
    /**
     * Returns the model with a name; the first model if the name is empty.
     *
     * @throws RequestException with status 404 if there is none
     */
    ServedModel get(Optional<String> name) {
        if (name.isEmpty()) {
            return all.get(0);
        }
        return all.stream()
                .filter(model -> model.name().equals(name.get()))
                .findFirst()
                .orElseThrow(
                        () ->
                                RequestException.of(
                                        404,
                                        "model_not_found",
                                        "no model '"
                                                + name.get()
                                                + "', expected one of "
                                                + all.stream().map(ServedModel::name).toList()));
    }

    /**
     * Returns the model with a name; any, if the name is empty and all split text alike.
     *
     * @throws RequestException with status 404 if there is none, or 400 if no name is given and the
     *     models split text into different tokens
     */
    ServedModel splitting(Optional<String> name) {
        return alike(name, model -> model.tokenizer().sha256() + model.provenance().arm().split());
    }

    /**
     * Returns the model with a name; any, if the name is empty and all have the same tokenizer.
     *
     * @throws RequestException with status 404 if there is none, or 400 if no name is given and the
     *     models have different tokenizers
     */
    ServedModel decoding(Optional<String> name) {
        return alike(name, model -> model.tokenizer().sha256());
    }

    private ServedModel alike(Optional<String> name, Function<TrainedModel, String> property) {
        boolean alike = all.stream().map(ServedModel::model).map(property).distinct().count() == 1;
        if (name.isEmpty() && !alike) {
            throw RequestException.of(
                    "model",
                    "model is absent, but the models of this server split text differently;"
                            + " expected one of "
                            + all.stream().map(ServedModel::name).toList()
                            + ". Hint: a client that cannot name it needs a server of one model");
        }
        return get(name);
    }

    /** Returns the answer of {@code GET /v1/models}. */
    ObjectNode toJson() {
        ObjectNode list = JsonNodeFactory.instance.objectNode();
        list.put("object", "list");
        ArrayNode data = list.putArray("data");
        all.forEach(model -> data.add(toJson(model)));
        return list;
    }

    /** Returns the description of a model. */
    ObjectNode toJson(ServedModel served) {
        TrainedModel model = served.model();
        ModelProvenance provenance = model.provenance();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", served.name());
        json.put("object", "model");
        json.put("created", started);
        json.put("owned_by", "lime");
        ObjectNode lime = json.putObject("lime");
        lime.put("arm", provenance.armLabel());
        lime.put("annotation", provenance.annotation().label());
        lime.put("predicts_tags", provenance.arm().feedsItself());
        lime.put("context_length", model.decoder().config().contextLength());
        lime.put("vocabulary", model.decoder().config().vocabularySize());
        lime.put("parameters", model.decoder().parameterCount());
        lime.put("steps", provenance.step());
        lime.put("tokens", provenance.tokens());
        ObjectNode tables = lime.putObject("tables");
        for (Feature feature : model.decoder().tables().features()) {
            ArrayNode tags = tables.putArray(feature.name());
            feature.tags().forEach(tags::add);
        }
        return json;
    }
}
