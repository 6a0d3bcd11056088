"""Configuration of models exported by LIME: a decoder with linguistic metadata in its input."""

try:
    from transformers import PreTrainedConfig
except ImportError:  # transformers 4
    from transformers import PretrainedConfig as PreTrainedConfig


class LimeConfig(PreTrainedConfig):
    """
    Args:
        embedding_scale: whether token embeddings are multiplied by the root of hidden_size.
        query_key_norm: whether queries and keys are normalized before the rotation.
        final_logit_softcapping: c of the soft cap c tanh(z / c) on the logits z; 0 = off.
        metadata_features: the tables, each {"name": ..., "tags": [...]}; tag 0 is NONE. If the last
            tag is DROPPED, the model was also trained without tags.
        metadata_weight: factor of the tables; its initial value if it is learned.
        metadata_weight_learned: whether every table has a factor of its own.
        metadata_shift: distance from a position to the token whose tags it reads; 1 = the next.
        tag_head: the head that predicts the tags of the next token, if there is one:
            {"features": as metadata_features, "input": "state" or "previous_state"}.
        lime_provenance: how the model was trained.
    """

    model_type = "lime"
    keys_to_ignore_at_inference = ["past_key_values", "cache"]

    def __init__(
        self,
        vocab_size=4096,
        hidden_size=256,
        intermediate_size=704,
        num_hidden_layers=6,
        num_attention_heads=8,
        num_key_value_heads=8,
        head_dim=32,
        hidden_act="gelu_pytorch_tanh",
        max_position_embeddings=256,
        rms_norm_eps=1e-6,
        rope_theta=10000.0,
        embedding_scale=False,
        query_key_norm=False,
        final_logit_softcapping=0.0,
        metadata_features=(),
        metadata_weight=1.0,
        metadata_weight_learned=False,
        metadata_shift=0,
        tag_head=None,
        lime_provenance=None,
        initializer_range=0.02,
        use_cache=True,
        **kwargs,
    ):
        self.vocab_size = vocab_size
        self.hidden_size = hidden_size
        self.intermediate_size = intermediate_size
        self.num_hidden_layers = num_hidden_layers
        self.num_attention_heads = num_attention_heads
        self.num_key_value_heads = num_key_value_heads
        self.head_dim = head_dim
        self.hidden_act = hidden_act
        self.max_position_embeddings = max_position_embeddings
        self.rms_norm_eps = rms_norm_eps
        self.rope_theta = rope_theta
        self.embedding_scale = embedding_scale
        self.query_key_norm = query_key_norm
        self.final_logit_softcapping = final_logit_softcapping
        self.metadata_features = list(metadata_features)
        self.metadata_weight = metadata_weight
        self.metadata_weight_learned = metadata_weight_learned
        self.metadata_shift = metadata_shift
        self.tag_head = tag_head
        self.lime_provenance = lime_provenance or {}
        self.initializer_range = initializer_range
        self.use_cache = use_cache
        super().__init__(**kwargs)

    @property
    def predicts_own_tags(self):
        """Whether the model can predict the tags that it reads: LIME+1 with a tag head."""
        return self.tag_head is not None and self.tag_head["input"] == "previous_state"

    @property
    def absent_ids(self):
        """The ids that are read where no tags are given at all: DROPPED if there is one, or NONE."""
        names = [feature["tags"] for feature in self.metadata_features]
        return [len(tags) - 1 if tags[-1] == "DROPPED" else 0 for tags in names]

    def tag_ids(self, tags):
        """
        Returns the ids of one tag per feature.

        Args:
            tags: names by feature, such as {"pos": "NN"}; features that are absent get NONE.
        """
        known = {feature["name"]: feature["tags"] for feature in self.metadata_features}
        for name, tag in tags.items():
            if name not in known:
                raise ValueError(f"unknown feature {name!r}, expected one of {list(known)}")
            if tag not in known[name]:
                raise ValueError(f"unknown {name} tag {tag!r}, expected one of {known[name]}")
        return [known[name].index(tags.get(name, "NONE")) for name in known]
