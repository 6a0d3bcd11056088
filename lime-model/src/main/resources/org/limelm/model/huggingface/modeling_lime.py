"""The decoder of LIME for transformers: Llama with linguistic metadata embeddings in its input.

    E(x_i) = s E_L(x_i) + sum_d w_d E_M^d(a_(i + shift),d)            (LIME, arXiv 2512.07522)

A model of the next token's tags (metadata_shift 1) may have a head that predicts these tags. It then
needs no tags from elsewhere: generate predicts those that it is not given, each before its token.

Dimensions: B batch, T positions of a call, S positions so far, D model, H query heads, K key/value
heads, C head dimension, V vocabulary, M metadata features, I width of the tag head's input.
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

PREDICTED = -1  # in place of the id of a tag that the model has to predict


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


class LimeTagHead(nn.Module):
    """
    Predicts the tags of the next token: a gated layer and one softmax per feature, where the tag of
    a feature shifts the gate of those after it:

        h_d = silu(W_g u + sum over e < d of C_e[a_e]) * (W_u u),    p(a_d | a_<d, u) = softmax(O_d h_d)
    """

    EARLIER = 64  # combinations of tags of the earlier features that most_probable keeps

    def __init__(self, config):
        super().__init__()
        dim = config.hidden_size
        self.ahead = config.tag_head["input"] == "previous_state"
        width = 2 * dim if self.ahead else dim
        if self.ahead:
            self.norm = LimeRMSNorm(dim, config.rms_norm_eps)
        self.gate_proj = nn.Linear(width, dim, bias=False)
        self.up_proj = nn.Linear(width, dim, bias=False)
        sizes = {
            "feature_" + feature["name"]: len(feature["tags"])
            for feature in config.tag_head["features"]}
        self.out = nn.ModuleDict(
            {name: nn.Linear(dim, tags, bias=False) for name, tags in sizes.items()})
        self.condition = nn.ModuleDict(
            {name: nn.Embedding(sizes[name], dim) for name in list(sizes)[:-1]})

    def input(self, state, previous, embedded):
        """
        Returns u: the state, unless it has already read the next token's tags. Then the previous
        state and the embedding of the current token.                (B, T, D) each -> (B, T, I)
        """
        return torch.cat((previous, self.norm(embedded)), -1) if self.ahead else state

    def log_probs(self, u, tags):
        """
        Returns log p(a_d | a_<d, u) for every tag a_d, one (B, T, tags) per feature.

        Args:
            u: (B, T, I)
            tags: (B, T, M), the tags a of the next token; those of the last feature are not read.
        """
        gate, up = self.gate_proj(u), self.up_proj(u)
        result = []
        for d, (name, out) in enumerate(self.out.items()):
            logits = out(nn.functional.silu(gate) * up)
            result.append(logits.float().log_softmax(-1))
            if name in self.condition:
                gate = gate + self.condition[name](tags[:, :, d])
        return result

    def most_probable(self, u):
        """Returns the most probable combination of tags.                     (B, I) -> (B, M)"""
        gate, up = self.gate_proj(u).unsqueeze(1), self.up_proj(u).unsqueeze(1)  # (B, 1, D)
        total = torch.zeros(u.shape[0], 1, device=u.device)
        found = u.new_zeros(u.shape[0], 1, 0, dtype=torch.long)
        for name, out in self.out.items():
            log_p = out(nn.functional.silu(gate) * up).float().log_softmax(-1)  # (B, N, tags)
            total = (total.unsqueeze(2) + log_p).flatten(1)
            kept = min(self.EARLIER if name in self.condition else 1, total.shape[1])
            total, at = total.topk(kept, 1)  # (B, N)
            parent, tag = at // log_p.shape[2], at % log_p.shape[2]
            found = found.gather(1, parent.unsqueeze(2).expand(-1, -1, found.shape[2]))
            found = torch.cat((found, tag.unsqueeze(2)), 2)
            if name in self.condition:
                gate = gate.gather(1, parent.unsqueeze(2).expand(-1, -1, gate.shape[2]))
                gate = gate + self.condition[name](tag)
        return found[:, 0]


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
        if isinstance(module, LimeTagHead):
            for table in module.condition.values():
                table.weight.data.zero_()


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
        if config.tag_head is not None:
            self.tag_head = LimeTagHead(config)
        self.post_init()

    def get_input_embeddings(self):
        return self.embed_tokens

    def set_input_embeddings(self, value):
        self.embed_tokens = value

    def read_tags(
        self, input_ids, attention_mask=None, metadata_ids=None, given_tags=None, predict=False
    ):
        """
        Returns the tags that each position reads: those of the token `shift` positions later, or
        NONE outside the document. A document ends with the end-of-text token.

        Args:
            input_ids: (B, S), the text from its beginning.
            attention_mask: (B, S), 0 for padding, which has no tags.
            metadata_ids: (B, N, M), tags of the tokens; N may differ from S. Tokens beyond N have
                given_tags.
            given_tags: names by feature of the tags of all other tokens; NONE if absent. With
                neither, every position reads the ids of config.absent_ids.
            predict: whether the tags of all other tokens are PREDICTED, if there are no given_tags.
        Returns:
            (B, S, M)
        """
        b, s = input_ids.shape
        if metadata_ids is None and not given_tags and not predict:
            return self.absent(b, s)
        shift = self.config.metadata_shift
        constant = torch.tensor(
            self.config.tag_ids(given_tags or {}), dtype=torch.long, device=input_ids.device)
        tags = constant.repeat(b, s + max(shift, 0), 1)
        if metadata_ids is not None:
            known = metadata_ids[:, : tags.shape[1]].to(tags)
            tags = torch.cat((known, tags[:, known.shape[1]:]), 1)
        read = self.shift_tags(tags, input_ids, attention_mask, shift)
        if predict and not given_tags:
            known = 0 if metadata_ids is None else metadata_ids.shape[1]
            read[:, max(known - shift, 0):] = PREDICTED
        return read

    def absent(self, b, t):  # (B, T, M)
        ids = self.config.absent_ids
        return torch.tensor(ids, dtype=torch.long, device=self.embed_tokens.weight.device).repeat(
            b, t, 1)

    def shift_tags(self, tags, input_ids, attention_mask, shift):
        """
        Returns for every position the tags of the token `shift` positions later, or NONE outside
        its document.               (B, S + max(shift, 0), M) and (B, S) -> (B, S, M)
        """
        b, s = input_ids.shape
        ends = input_ids.new_zeros(b, tags.shape[1])
        eos = self.config.eos_token_id
        for end in eos if isinstance(eos, list) else [] if eos is None else [eos]:
            ends[:, :s] += input_ids == end
        if attention_mask is not None:
            ends[:, :s] += attention_mask[:, :s] == 0
        tags = tags.masked_fill(ends.bool().unsqueeze(-1), 0)  # the end of text has no tags
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
                earlier positions in the cache. Absent = config.absent_ids.
            given_tags: names by feature of the tags of all other tokens.
            read_metadata_ids: (B, T, M), the tags that the positions of input_ids read, shifted
                already, or PREDICTED; for calls that continue a cache.
        """
        cache = past_key_values if cache is None else cache
        use_cache = self.config.use_cache if use_cache is None else use_cache
        if read_metadata_ids is not None and (read_metadata_ids == PREDICTED).any():
            states, _, cache = self.predict_tags(
                input_ids, attention_mask, read_metadata_ids, cache)
            return BaseModelOutputWithPast(
                last_hidden_state=states, **{CACHE: cache if use_cache else None})
        if use_cache and cache is None:
            cache = DynamicCache()
        past = cache.get_seq_length() if cache is not None else 0
        if read_metadata_ids is None and (metadata_ids is not None or given_tags):
            if past > 0:
                raise ValueError("metadata_ids with a cache, expected read_metadata_ids")
            read_metadata_ids = self.read_tags(
                input_ids, attention_mask, metadata_ids, given_tags)
        if inputs_embeds is None:
            inputs_embeds = self.embed_tokens(input_ids)
        x = inputs_embeds
        if self.config.embedding_scale:
            x = x * torch.tensor(self.config.hidden_size**0.5, dtype=x.dtype)
        if read_metadata_ids is None:
            read_metadata_ids = self.absent(*x.shape[:2])
        for d, table in enumerate(self.metadata.values()):
            x = x + table(read_metadata_ids[:, :, d]).to(x.dtype)
        t = x.shape[1]
        if position_ids is None:
            position_ids = positions(attention_mask, past + t, x)[:, past:]
        rotation = self.rotation(position_ids)
        mask = visible(attention_mask, past, t, x)
        for layer in self.layers:
            x = layer(x, rotation, mask, cache)
        x = self.norm(x)
        if cache is not None and self.config.predicts_own_tags:
            keep_states(cache, len(self.layers), x)
        return BaseModelOutputWithPast(last_hidden_state=x, **{CACHE: cache})

    def predict_tags(self, input_ids, attention_mask, read_metadata_ids, cache=None):
        """
        Reads tokens one after the other and predicts the tags of each before it is read: the most
        probable ones, given the tokens and tags before.

        Args:
            read_metadata_ids: (B, T, M), the tags that the positions read, or PREDICTED.
        Returns:
            the states (B, T, D), the tags read (B, T, M), and the cache.
        """
        if not self.config.predicts_own_tags:
            raise ValueError("tags to be predicted, expected a tag head that reads previous states")
        cache = DynamicCache() if cache is None else cache
        past = cache.get_seq_length()
        t = input_ids.shape[1]
        told = (read_metadata_ids != PREDICTED).all(2).all(0).long().cumprod(0).sum().item()
        states, tags = [], []
        start = 0
        while start < t:
            end = told if start < told else start + 1
            ids, read = input_ids[:, start:end], read_metadata_ids[:, start:end]
            if start >= told:
                embedded = self.embed_tokens(ids)  # (B, 1, D)
                previous = torch.zeros_like(embedded)
                at = past + start
                if at > 0:
                    kept = cache.layers[len(self.layers)].keys  # (B, 1, S, D)
                    previous = kept[:, 0, at - 1: at].to(embedded)
                    if attention_mask is not None:  # padding has no state
                        previous = previous * attention_mask[:, at - 1: at, None].to(previous)
                u = self.tag_head.input(None, previous, embedded)
                read = torch.where(
                    read == PREDICTED, self.tag_head.most_probable(u[:, 0])[:, None], read)
            outputs = self(
                input_ids=ids,
                attention_mask=None if attention_mask is None else attention_mask[:, :past + end],
                use_cache=True,
                read_metadata_ids=read,
                cache=cache,
            )
            states.append(outputs.last_hidden_state)
            tags.append(read)
            start = end
        return torch.cat(states, 1), torch.cat(tags, 1), cache

    def rotation(self, position_ids):  # (B, T) -> cos and sin, (B, 1, T, C)
        c = self.config.head_dim
        exponents = torch.arange(0, c, 2, device=position_ids.device).float() / c
        frequencies = 1.0 / self.config.rope_theta**exponents
        angles = position_ids[:, :, None].float() * frequencies
        angles = torch.cat((angles, angles), -1).unsqueeze(1)
        return angles.cos(), angles.sin()


def keep_states(cache, layer, states):
    """Appends the final states (B, T, D) to a cache: the tag head reads that of the last position."""
    if len(cache.layers) == layer:
        cache.layers.append(type(cache.layers[0])())
    states = states.unsqueeze(1)
    cache.update(states, states[..., :0], layer)


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
        logits = self.logits(hidden)
        loss = None
        if labels is not None:
            loss = nn.functional.cross_entropy(
                logits[:, :-1].float().flatten(0, 1), labels[:, 1:].flatten(), ignore_index=-100)
        result = CausalLMOutputWithPast(loss=loss, logits=logits, **{CACHE: getattr(outputs, CACHE)})
        return result if return_dict is None or return_dict else result.to_tuple()

    def logits(self, states):  # (B, T, D) -> (B, T, V)
        logits = self.lm_head(states)
        cap = self.config.final_logit_softcapping
        return cap * torch.tanh(logits / cap) if cap > 0 else logits

    def predict_tags(self, input_ids, attention_mask=None, metadata_ids=None):
        """
        Returns the tags that the model predicts for the token after every position, as generate
        does, and the logits of that token with these tags.

        Args:
            metadata_ids: (B, N, M), tags of the first tokens, which are used instead.
        Returns:
            (B, T, M) and (B, T, V)
        """
        read = self.model.read_tags(input_ids, attention_mask, metadata_ids, predict=True)
        states, tags, _ = self.model.predict_tags(input_ids, attention_mask, read)
        return tags, self.logits(states)

    def tag_log_probs(self, input_ids, metadata_ids, attention_mask=None):
        """
        Returns the log-probabilities of the tags of the token after every position, one
        (B, T, tags) per feature of the tag head. Those of a feature are conditioned on the true
        tags of the features before it.

        Args:
            metadata_ids: (B, T, M), tags of the tokens, in the order of the tag head's features.
        """
        if self.config.tag_head["input"] == "untagged_state":
            raise NotImplementedError(
                "this tag head reads every position a second time, without tags: use LIME, or "
                "generate here with given or dropped tags")
        if self.config.tag_head["input"] == "untagged_state":
            raise NotImplementedError("tags predicted in a second pass, which only LIME computes")
        tables = len(self.config.metadata_features)
        states = self.model(
            input_ids=input_ids,
            attention_mask=attention_mask,
            use_cache=False,
            metadata_ids=metadata_ids if tables > 0 else None,
        ).last_hidden_state
        previous = nn.functional.pad(states[:, :-1], (0, 0, 1, 0))
        if attention_mask is not None:
            kept = nn.functional.pad(attention_mask[:, :-1], (1, 0))
            previous = previous * kept.unsqueeze(-1).to(previous)
        head = self.model.tag_head
        u = head.input(states, previous, self.model.embed_tokens(input_ids))
        following = nn.functional.pad(metadata_ids, (0, 0, 0, 1))  # NONE after the last token
        tags = self.model.shift_tags(following, input_ids, attention_mask, 1)
        return head.log_probs(u, tags)

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
                Absent = the tags that the model predicts, if it predicts its own, otherwise NONE, or
                config.absent_ids without metadata_ids.
        """
        cache = past_key_values if cache is None else cache
        past = cache.get_seq_length() if cache is not None else 0
        read = self.model.read_tags(
            input_ids, attention_mask, metadata_ids, given_tags,
            predict=self.config.predicts_own_tags)[:, past:]
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
