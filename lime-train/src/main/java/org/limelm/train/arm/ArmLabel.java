package org.limelm.train.arm;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.limelm.core.ConfigException;
import org.limelm.core.metadata.AnnotationMode;
import org.limelm.core.text.Alignment;

/**
 * The text form of an arm: {@code PRESET}, or {@code PRESET(key=value,…)} with the keys whose
 * values differ from the preset's, optionally followed by its annotation mode: {@code PRESET/MODE}.
 */
final class ArmLabel {
    private static final Pattern SYNTAX =
            Pattern.compile("([^()/]+)(?:\\((\\w+=[^(),]+(?:,\\w+=[^(),]+)*)\\))?(?:/(\\w+))?");

    private ArmLabel() {}

    /**
     * Returns the label with the fewest keys, among the presets that have tables if and only if the
     * arm has. Ties go to the first preset.
     */
    static String of(Arm arm) {
        String best = "";
        int fewest = Integer.MAX_VALUE;
        Map<String, String> own = values(arm);
        for (Map.Entry<String, Arm> preset : Arm.presets().entrySet()) {
            Map<String, String> differing = new LinkedHashMap<>(own);
            differing.entrySet().removeAll(values(preset.getValue()).entrySet());
            boolean comparable = preset.getValue().hasTables() == arm.hasTables();
            if (comparable && differing.size() < fewest) {
                fewest = differing.size();
                best = preset.getKey() + inBrackets(differing);
            }
        }
        return best;
    }

    private static String inBrackets(Map<String, String> values) {
        return values.isEmpty()
                ? ""
                : values.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .collect(Collectors.joining(",", "(", ")"));
    }

    private static Map<String, String> values(Arm arm) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("split", arm.split().label());
        values.put("features", arm.hasTables() ? String.join("+", arm.features()) : "none");
        values.put("annotation", arm.annotation().map(AnnotationMode::label).orElse("run"));
        values.put("shift", Integer.toString(arm.shift()));
        values.put("source", text(arm.source()));
        values.put("dropout", arm.dropout().label());
        values.put("nextTags", arm.nextTags().label());
        return values;
    }

    private static String text(TagSource source) {
        if (source instanceof TagSource.Noise noise) {
            return "noise:" + noise.share() + (noise.seed() == 0 ? "" : ":" + noise.seed());
        }
        return source.equals(TagSource.shuffled()) ? "shuffled" : "observed";
    }

    /**
     * Parses a label.
     *
     * @throws ConfigException if the label is invalid
     */
    static Arm parse(String label) {
        Matcher matcher = SYNTAX.matcher(label);
        Arm preset = matcher.matches() ? Arm.presets().get(matcher.group(1)) : null;
        if (preset == null) {
            throw new ConfigException(
                    "[arm] unknown arm '%s', expected one of %s, or keys such as {preset: lime, shift: -1}"
                            .formatted(label, String.join(", ", Arm.presets().keySet())));
        }
        Arm arm = preset;
        String changes = matcher.group(2);
        if (changes != null) {
            for (String change : List.of(changes.split(",", -1))) {
                int equals = change.indexOf('=');
                arm = changed(arm, change.substring(0, equals), change.substring(equals + 1));
            }
        }
        String mode = matcher.group(3);
        return mode == null ? arm : changed(arm, "annotation", mode);
    }

    private static Arm changed(Arm arm, String key, String value) {
        try {
            return switch (key) {
                case "split" -> arm.withSplit(Alignment.of(value));
                case "features" -> arm.withFeatures(List.of(value.split("\\+", -1)));
                case "annotation" -> arm.in(AnnotationMode.of(value));
                case "shift" -> arm.withShift(Integer.parseInt(value));
                case "source" -> arm.withSource(source(value));
                case "dropout" -> arm.withDropout(TagDropout.of(value));
                case "nextTags" -> arm.withNextTags(NextTags.of(value));
                default -> throw new IllegalArgumentException("unknown key");
            };
        } catch (ConfigException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    "[arm] invalid setting %s=%s: %s".formatted(key, value, e.getMessage()), e);
        }
    }

    private static TagSource source(String text) {
        String[] parts = text.split(":", -1);
        return switch (parts[0]) {
            case "observed" -> TagSource.observed();
            case "shuffled" -> TagSource.shuffled();
            case "noise" ->
                    new TagSource.Noise(
                            Double.parseDouble(parts.length > 1 ? parts[1] : ""),
                            parts.length > 2 ? Long.parseLong(parts[2]) : 0);
            default ->
                    throw new IllegalArgumentException(
                            "expected observed, shuffled or noise:SHARE");
        };
    }
}
