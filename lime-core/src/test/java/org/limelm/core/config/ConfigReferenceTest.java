package org.limelm.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ConfigReferenceTest {
    @Test
    void everyKeyHasItsTypeDefaultAndMeaning() {
        assertThat(ConfigReference.markdown(SampleConfig.class))
                .isEqualTo(
                        """
                        | key | type | default | meaning |
                        |---|---|---|---|
                        | `seed` | integer | `1` | Seed of all random choices |
                        | `data` | path | `data` | Prepared corpus |
                        | `name` | text | `run` | What the run is called |
                        | `arms` | list of baseline \\| lime \\| lime+1 | [`baseline`] | Arms to train |
                        | `model` | group |  | The model |
                        | `model.hiddenSize` | integer | `128` | Width |
                        | `model.tiedHead` | boolean | `false` | Whether the head is the token table |
                        | `model.precision` | f32 \\| mixed-bf16 | `mixed-bf16` | Type of computation |
                        | `schedule` | group, `kind` = constant \\| warmup-cosine | `warmup-cosine` | How the rate moves |
                        | `schedule.(constant).rate` | number | required | Learning rate |
                        | `schedule.(warmup-cosine).peak` | number | `3.0E-4` | Highest rate |
                        | `schedule.(warmup-cosine).warmup` | integer | `10` | Steps up to it |
                        | `every` | duration | `10m` | Time between checkpoints |
                        | `clip` | number, optional | `1.0` | Largest gradient norm |
                        | `mixture` | map to number | {} | Share of each source |
                        | `stages` | list of group | [] | Stages of training |
                        | `stages[].steps` | integer | required | Steps |
                        | `stages[].label` | text, optional | none | Shown in the log |
                        """);
    }

    @Test
    void aKeyWithoutDocIsABug() {
        record Silent(int key) {}

        assertThatThrownBy(() -> ConfigReference.markdown(Silent.class))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageEndingWith("Silent.key has no @Doc");
    }
}
