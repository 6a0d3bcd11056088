"""The decoder of LIME for transformers: Llama with linguistic metadata embeddings in its input.

    E(x_i) = s E_L(x_i) + sum_d w_d E_M^d(a_(i + shift),d)            (LIME, arXiv 2512.07522)

Dimensions: B batch, T positions of a call, S positions so far, D model, H query heads, K key/value
heads, C head dimension, V vocabulary, M metadata features.
"""

import torch
import transformers
from torch import nn
from transformers import DynamicCache, GenerationMixin, PreTrainedModel
from transformers.activations import ACT2FN
from transformers.modeling_outputs import BaseModelOutputWithPast, CausalLMOutputWithPast

from .configuration_lime import LimeConfig

# transformers 4 and early 5 call the key/value cache past_key_values, later versions cache.
CACHE = "cache" if "cache" in CausalLMOutputWithPast.__dataclass_fields__ else "past_key_values"


class LimeRMSNorm(nn.Module):
    def __init__(self, size, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x):
        y = x.float()
        y = y * torch.rsqrt(y.pow(2).mean(-1, keepdim=True) + self.eps)
        return (y * self.weight.float()).to(x.dtype)


class LimeMetadataTable(nn.Module):
    """The vectors of one feature's tags, with their factor w_d."""

    def __init__(self, config, tags):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(tags, config.hidden_size))
        self.fixed = config.metadata_weight
        if config.metadata_weight_learned:
            self.scale = nn.Parameter(torch.tensor(float(config.metadata_weight)))

    def forward(self, tags):  # (B, T) -> (B, T, D)
        factor = self.scale if hasattr(self, "scale") else self.fixed
        return factor * nn.functional.embedding(tags, self.weight)


class LimeAttention(nn.Module):
    def __init__(self, config, layer):
        super().__init__()
        self.layer = layer
        self.head_dim = config.head_dim
        heads, kv_heads, dim = (
            config.num_attention_heads, config.num_key_value_heads, config.hidden_size)
        self.groups = heads // kv_heads
        self.q_proj = nn.Linear(dim, heads * self.head_dim, bias=False)
        self.k_proj = nn.Linear(dim, kv_heads * self.head_dim, bias=False)
        self.v_proj = nn.Linear(dim, kv_heads * self.head_dim, bias=False)
        self.o_proj = nn.Linear(heads * self.head_dim, dim, bias=False)
        if config.query_key_norm:
            self.q_norm = LimeRMSNorm(self.head_dim, config.rms_norm_eps)
            self.k_norm = LimeRMSNorm(self.head_dim, config.rms_norm_eps)
        else:
            self.q_norm = self.k_norm = nn.Identity()

    def forward(self, x, rotation, mask, cache):
        b, t, _ = x.shape
        heads = (b, t, -1, self.head_dim)
        q = self.q_norm(self.q_proj(x).view(heads)).transpose(1, 2)  # (B, H, T, C)
        k = self.k_norm(self.k_proj(x).view(heads)).transpose(1, 2)  # (B, K, T, C)
        v = self.v_proj(x).view(heads).transpose(1, 2)
        q, k = rotate(q, *rotation), rotate(k, *rotation)
        if cache is not None:
            k, v = cache.update(k, v, self.layer)  # (B, K, S, C)
        k = k.repeat_interleave(self.groups, 1)
        v = v.repeat_interleave(self.groups, 1)
        y = nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return self.o_proj(y.transpose(1, 2).reshape(b, t, -1))


def rotate(x, cos, sin):
    """Rotates channels (i, i + C/2) by their position's angles.           (B, heads, T, C)"""
    first, second = x.chunk(2, -1)
    rotated = torch.cat((-second, first), -1)
    return (x.float() * cos + rotated.float() * sin).to(x.dtype)


class LimeMLP(nn.Module):
    def __init__(self, config):
        super().__init__()
        dim, width = config.hidden_size, config.intermediate_size
        self.gate_proj = nn.Linear(dim, width, bias=False)
        self.up_proj = nn.Linear(dim, width, bias=False)
        self.down_proj = nn.Linear(width, dim, bias=False)
        self.act = ACT2FN[config.hidden_act]

    def forward(self, x):
        return self.down_proj(self.act(self.gate_proj(x)) * self.up_proj(x))


class LimeDecoderLayer(nn.Module):
    def __init__(self, config, layer):
        super().__init__()
        self.input_layernorm = LimeRMSNorm(config.hidden_size, config.rms_norm_eps)
        self.self_attn = LimeAttention(config, layer)
        self.post_attention_layernorm = LimeRMSNorm(config.hidden_size, config.rms_norm_eps)
        self.mlp = LimeMLP(config)

    def forward(self, x, rotation, mask, cache):
        x = x + self.self_attn(self.input_layernorm(x), rotation, mask, cache)
        return x + self.mlp(self.post_attention_layernorm(x))


class LimePreTrainedModel(PreTrainedModel):
    config_class = LimeConfig
    base_model_prefix = "model"
    _no_split_modules = ["LimeDecoderLayer"]
    _supports_sdpa = True

    def _init_weights(self, module):
        if isinstance(module, (nn.Linear, nn.Embedding)):
            module.weight.data.normal_(0.0, self.config.initializer_range)
        elif isinstance(module, LimeRMSNorm):
            module.weight.data.fill_(1.0)
        elif isinstance(module, LimeMetadataTable):
            module.weight.data.zero_()
            if hasattr(module, "scale"):
                module.scale.data.fill_(module.fixed)


class LimeModel(LimePreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.metadata = nn.ModuleDict({
            "feature_" + feature["name"]: LimeMetadataTable(config, len(feature["tags"]))
            for feature in config.metadata_features})
        self.layers = nn.ModuleList(
            [LimeDecoderLayer(config, i) for i in range(config.num_hidden_layers)])
        self.norm = LimeRMSNorm(config.hidden_size, config.rms_norm_eps)
        self.post_init()

    def get_input_embeddings(self):
        return self.embed_tokens

    def set_input_embeddings(self, value):
        self.embed_tokens = value

    def read_tags(self, input_ids, metadata_ids=None, given_tags=None):
        """
        Returns the tags that each position reads: those of the token metadata_shift positions
        later, or NONE outside the document. A document ends with the end-of-text token.

        Args:
            input_ids: (B, S), the text from its beginning.
            metadata_ids: (B, N, M), tags of the tokens; N may differ from S. Tokens beyond N have
                given_tags.
            given_tags: names by feature of the tags of all other tokens; NONE if absent.
        Returns:
            (B, S, M)
        """
        b, s = input_ids.shape
        shift = self.config.metadata_shift
        constant = torch.tensor(
            self.config.tag_ids(given_tags or {}), dtype=torch.long, device=input_ids.device)
        tags = constant.repeat(b, s + max(shift, 0), 1)
        if metadata_ids is not None:
            known = metadata_ids[:, : tags.shape[1]].to(tags)
            tags = torch.cat((known, tags[:, known.shape[1]:]), 1)
        ends = input_ids.new_zeros(b, tags.shape[1])
        eos = self.config.eos_token_id
        for end in eos if isinstance(eos, list) else [] if eos is None else [eos]:
            ends[:, :s] += input_ids == end
        tags = tags.masked_fill(ends.bool().unsqueeze(-1), 0)  # the end of text has no tags
        if shift == 0:
            return tags
        document = ends.cumsum(1) - ends
        at = torch.arange(s, device=input_ids.device)
        source = (at + shift).clamp(min=0)
        same = (document[:, source] == document[:, :s]) & (at + shift >= 0)
        return tags[:, source].masked_fill(~same.unsqueeze(-1), 0)

    def forward(
        self,
        input_ids=None,
        attention_mask=None,
        position_ids=None,
        past_key_values=None,
        inputs_embeds=None,
        use_cache=None,
        metadata_ids=None,
        given_tags=None,
        read_metadata_ids=None,
        cache=None,
        **kwargs,
    ):
        """
        Args:
            metadata_ids: (B, N, M), tags of the tokens of input_ids, shifted here; only without
                earlier positions in the cache. Absent = NONE.
            given_tags: names by feature of the tags of all other tokens.
            read_metadata_ids: (B, T, M), the tags that the positions of input_ids read, shifted
                already; for calls that continue a cache.
        """
        cache = past_key_values if cache is None else cache
        use_cache = self.config.use_cache if use_cache is None else use_cache
        if use_cache and cache is None:
            cache = DynamicCache()
        past = cache.get_seq_length() if cache is not None else 0
        if read_metadata_ids is None and (metadata_ids is not None or given_tags):
            if past > 0:
                raise ValueError("metadata_ids with a cache, expected read_metadata_ids")
            read_metadata_ids = self.read_tags(input_ids, metadata_ids, given_tags)
        if inputs_embeds is None:
            inputs_embeds = self.embed_tokens(input_ids)
        x = inputs_embeds
        if self.config.embedding_scale:
            x = x * torch.tensor(self.config.hidden_size**0.5, dtype=x.dtype)
        for d, table in enumerate(self.metadata.values()):
            tags = (
                torch.zeros(x.shape[:2], dtype=torch.long, device=x.device)
                if read_metadata_ids is None else read_metadata_ids[:, :, d])
            x = x + table(tags).to(x.dtype)
        t = x.shape[1]
        if position_ids is None:
            position_ids = positions(attention_mask, past + t, x)[:, past:]
        rotation = self.rotation(position_ids)
        mask = visible(attention_mask, past, t, x)
        for layer in self.layers:
            x = layer(x, rotation, mask, cache)
        return BaseModelOutputWithPast(last_hidden_state=self.norm(x), **{CACHE: cache})

    def rotation(self, position_ids):  # (B, T) -> cos and sin, (B, 1, T, C)
        c = self.config.head_dim
        exponents = torch.arange(0, c, 2, device=position_ids.device).float() / c
        frequencies = 1.0 / self.config.rope_theta**exponents
        angles = position_ids[:, :, None].float() * frequencies
        angles = torch.cat((angles, angles), -1).unsqueeze(1)
        return angles.cos(), angles.sin()


def positions(attention_mask, length, x):
    """Returns the positions of all tokens, where padding does not count.              (B, S)"""
    if attention_mask is None:
        return torch.arange(length, device=x.device).expand(x.shape[0], -1)
    return (attention_mask.long().cumsum(-1) - 1).clamp(min=0)


def visible(attention_mask, past, t, x):
    """Returns which positions each position attends to: causal, without padding. (B, 1, T, S)"""
    s = past + t
    causal = torch.ones(t, s, dtype=torch.bool, device=x.device).tril(past)[None, None]
    if attention_mask is None:
        return causal
    self_attention = torch.zeros_like(causal)  # keeps rows of padding defined
    self_attention[..., torch.arange(t), past + torch.arange(t)] = True
    return causal & attention_mask[:, None, None, :s].bool() | self_attention


class LimeForCausalLM(LimePreTrainedModel, GenerationMixin):
    _tied_weights_keys = (
        ["lm_head.weight"] if transformers.__version__.startswith("4.")
        else {"lm_head.weight": "model.embed_tokens.weight"})
    accepts_loss_kwargs = False  # the loss is the mean over a batch: Trainer divides it

    def __init__(self, config):
        super().__init__(config)
        self.model = LimeModel(config)
        self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        self.post_init()

    def get_input_embeddings(self):
        return self.model.embed_tokens

    def set_input_embeddings(self, value):
        self.model.embed_tokens = value

    def get_output_embeddings(self):
        return self.lm_head

    def set_output_embeddings(self, value):
        self.lm_head = value

    def forward(
        self,
        input_ids=None,
        attention_mask=None,
        position_ids=None,
        past_key_values=None,
        inputs_embeds=None,
        labels=None,
        use_cache=None,
        logits_to_keep=0,
        metadata_ids=None,
        given_tags=None,
        read_metadata_ids=None,
        cache=None,
        return_dict=None,
        **kwargs,
    ):
        """Returns logits (B, T, V); for the metadata see LimeModel.forward."""
        outputs = self.model(
            input_ids=input_ids,
            attention_mask=attention_mask,
            position_ids=position_ids,
            past_key_values=past_key_values,
            inputs_embeds=inputs_embeds,
            use_cache=use_cache,
            metadata_ids=metadata_ids,
            given_tags=given_tags,
            read_metadata_ids=read_metadata_ids,
            cache=cache,
        )
        hidden = outputs.last_hidden_state
        if isinstance(logits_to_keep, int):
            hidden = hidden[:, -logits_to_keep:] if logits_to_keep > 0 else hidden
        else:
            hidden = hidden[:, logits_to_keep]
        logits = self.lm_head(hidden)
        cap = self.config.final_logit_softcapping
        if cap > 0:
            logits = cap * torch.tanh(logits / cap)
        loss = None
        if labels is not None:
            loss = nn.functional.cross_entropy(
                logits[:, :-1].float().flatten(0, 1), labels[:, 1:].flatten(), ignore_index=-100)
        result = CausalLMOutputWithPast(loss=loss, logits=logits, **{CACHE: getattr(outputs, CACHE)})
        return result if return_dict is None or return_dict else result.to_tuple()

    def prepare_inputs_for_generation(
        self,
        input_ids,
        past_key_values=None,
        attention_mask=None,
        metadata_ids=None,
        given_tags=None,
        cache=None,
        use_cache=True,
        **kwargs,
    ):
        """
        Selects the tokens that the cache does not contain, with the tags that they read.

        Args of generate:
            metadata_ids: (B, N, M), tags of the prompt, and of tokens to come where N is larger.
            given_tags: names by feature of the tags of all other tokens, such as {"pos": "NN"}.
        """
        cache = past_key_values if cache is None else cache
        past = cache.get_seq_length() if cache is not None else 0
        read = self.model.read_tags(input_ids, metadata_ids, given_tags)[:, past:]
        return {
            "input_ids": input_ids[:, past:],
            "attention_mask": attention_mask,
            "read_metadata_ids": read,
            "use_cache": use_cache,
            CACHE: cache,
        }


LimeConfig.register_for_auto_class()
LimeModel.register_for_auto_class("AutoModel")
LimeForCausalLM.register_for_auto_class("AutoModelForCausalLM")
