package org.limelm.train.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.limelm.core.metadata.MetadataSchema;

/**
 * A task whose data has been read.
 *
 * @param config the task
 * @param data name of its data
 * @param shots solved examples per prompt
 * @param available number of examples in the data
 * @param examples the selected examples
 * @param given whether the tags of the answers are given
 */
record PreparedTask(
        TaskConfig config,
        String data,
        int shots,
        int available,
        List<Example> examples,
        boolean given) {

    /**
     * Reads the data and applies the templates.
     *
     * @throws org.limelm.core.LimeException if the data is missing or malformed, or a template does
     *     not fit it
     */
    static PreparedTask of(Task task, TaskOptions options, MetadataSchema tables) {
        TaskConfig config = task.config();
        AnswerTemplates templates = AnswerTemplates.of(config);
        AnswerTags.Templates tags = AnswerTags.Templates.of(options.tags(), config, tables);
        Optional<Template> group =
                config.group().map(text -> Template.parse(text, "task " + config.name()));
        DataFolder folder = new DataFolder(task, options.data());
        List<TaskRecord> records = folder.records(templates.fields());
        int count = options.shots().orElse(config.fewShot().count());
        List<TaskRecord> pool =
                count == 0 ? List.of() : folder.shots(templates.fields()).orElse(records);
        Shots shots =
                new Shots(
                        config.fewShot(),
                        count,
                        pool,
                        templates,
                        record -> group.map(text -> text.render(record)).orElse(""));
        List<Example> examples = new ArrayList<>();
        long selected =
                options.limit() == 0 ? records.size() : Math.min(options.limit(), records.size());
        for (long i = 0; i < selected; i++) {
            int number = (int) (i * records.size() / selected); // spread over the data
            TaskRecord record = records.get(number);
            String name = group.map(text -> text.render(record)).orElse("");
            examples.add(
                    example(config, templates, record, name, shots.before(record, number), tags));
        }
        return new PreparedTask(
                config, folder.name(), count, records.size(), examples, !tags.isEmpty());
    }

    private static Example example(
            TaskConfig config,
            AnswerTemplates templates,
            TaskRecord record,
            String group,
            String shots,
            AnswerTags.Templates tags) {
        List<String> given = tags.names(record);
        List<String> prompts = templates.prompts(record).stream().map(shots::concat).toList();
        if (config.answer() instanceof Answer.Generated) {
            return new Example.Asked(
                    record.where(), group, prompts.get(0), templates.texts(record), given);
        }
        return new Example.Scored(
                record.where(),
                group,
                prompts,
                templates.continuations(record),
                templates.label(record),
                config.metrics().contains(Metric.ACCURACY_UNCONDITIONAL)
                        ? templates.unconditional(record)
                        : Optional.empty(),
                given);
    }
}
