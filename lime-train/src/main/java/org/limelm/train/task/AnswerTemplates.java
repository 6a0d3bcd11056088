package org.limelm.train.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.limelm.core.LimeException;

/** The templates of a task's prompt and answer. */
final class AnswerTemplates {
    /** Field of a prompt that holds the choice, for answers of kind contexts. */
    private static final String CHOICE = "choice";

    private final Answer answer;
    private final Template prompt;
    private final List<Template> texts; // choices, target or answers
    private final Optional<Template> label;
    private final Optional<List<Template>> labels;
    private final Optional<Template> unconditional;
    private final Optional<Template> target; // of contexts
    private final Optional<Template> shot;

    private AnswerTemplates(TaskConfig task) {
        String where = "task " + task.name();
        answer = task.answer();
        prompt = Template.parse(task.prompt(), where);
        Optional<Answer.Choices> choices = as(Answer.Choices.class);
        Optional<Answer.Contexts> contexts = as(Answer.Contexts.class);
        Optional<Answer.Generated> generated = as(Answer.Generated.class);
        texts =
                parse(
                        choices.map(Answer.Choices::texts)
                                .or(() -> contexts.map(Answer.Contexts::choices))
                                .or(() -> generated.map(Answer.Generated::answers))
                                .or(() -> as(Answer.Target.class).map(one -> List.of(one.text())))
                                .orElseThrow(),
                        where);
        label =
                parse(
                        choices.map(Answer.Choices::label)
                                .or(() -> contexts.map(Answer.Contexts::label)),
                        where);
        labels =
                choices.flatMap(Answer.Choices::labels)
                        .or(() -> contexts.flatMap(Answer.Contexts::labels))
                        .map(all -> parse(all, where));
        unconditional = parse(choices.flatMap(Answer.Choices::unconditional), where);
        target = parse(contexts.map(Answer.Contexts::target), where);
        shot = parse(generated.flatMap(Answer.Generated::shot), where);
    }

    static AnswerTemplates of(TaskConfig task) {
        return new AnswerTemplates(task);
    }

    private <T extends Answer> Optional<T> as(Class<T> kind) {
        return Optional.of(answer).filter(kind::isInstance).map(kind::cast);
    }

    private static Optional<Template> parse(Optional<String> text, String where) {
        return text.map(template -> Template.parse(template, where));
    }

    private static List<Template> parse(List<String> texts, String where) {
        return texts.stream().map(template -> Template.parse(template, where)).toList();
    }

    /** Returns the fields that a record needs, for messages. */
    List<String> fields() {
        return Stream.of(
                        Stream.of(prompt),
                        texts.stream(),
                        label.stream(),
                        labels.stream().flatMap(List::stream),
                        unconditional.stream(),
                        target.stream(),
                        shot.stream())
                .flatMap(templates -> templates)
                .flatMap(Template::fields)
                .filter(field -> !(target.isPresent() && field.equals(CHOICE)))
                .distinct()
                .toList();
    }

    /** Returns the texts of the choices, of the target, or the reference answers. */
    List<String> texts(TaskRecord record) {
        return texts.stream().flatMap(text -> text.renderAll(record).stream()).toList();
    }

    /** Returns the prompts: one, or one per choice for answers of kind contexts. */
    List<String> prompts(TaskRecord record) {
        return target.isEmpty()
                ? List.of(prompt.render(record))
                : texts(record).stream()
                        .map(choice -> prompt.render(record.with(CHOICE, choice)))
                        .toList();
    }

    /**
     * Returns the texts after the prompts, with the separator before them.
     *
     * @throws LimeException if a text is empty: its score would be that of the separator
     */
    List<String> continuations(TaskRecord record) {
        List<String> all =
                target.isEmpty()
                        ? texts(record)
                        : texts(record).stream()
                                .map(choice -> target.orElseThrow().render(record))
                                .toList();
        int empty = all.indexOf("");
        if (empty >= 0) {
            throw record.malformed(
                    "text "
                            + (empty + 1)
                            + " of "
                            + all.size()
                            + " to score is empty, expected at least one character");
        }
        return all.stream().map(text -> answer.separator() + text).toList();
    }

    /** Returns the unconditional context, if the record's task has one. */
    Optional<String> unconditional(TaskRecord record) {
        return unconditional.map(context -> context.render(record));
    }

    /**
     * Returns the index of the right choice; 0 for a single target.
     *
     * @throws LimeException if no choice has the label
     */
    int label(TaskRecord record) {
        if (label.isEmpty()) {
            return 0;
        }
        List<String> known = new ArrayList<>();
        if (labels.isPresent()) {
            labels.get().forEach(text -> known.addAll(text.renderAll(record)));
        } else {
            IntStream.range(0, texts(record).size()).forEach(i -> known.add(Integer.toString(i)));
        }
        String wanted = label.get().render(record);
        int index = known.indexOf(wanted);
        if (index < 0 || index >= texts(record).size()) {
            throw record.malformed("label '" + wanted + "', expected one of " + known);
        }
        return index;
    }

    /** Returns the solved example: prompt and right answer. */
    String solved(TaskRecord record) {
        if (answer instanceof Answer.Generated) {
            String text = shot.isPresent() ? shot.get().render(record) : texts(record).get(0);
            return prompt.render(record) + answer.separator() + text;
        }
        int right = label(record);
        List<String> prompts = prompts(record);
        return prompts.get(Math.min(right, prompts.size() - 1)) + continuations(record).get(right);
    }
}
