package org.ragdiff.diffusion.diffusers.vision;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.ragdiff.diffusion.diffusers.CheckpointException;
import org.ragdiff.diffusion.diffusers.StrictConfig;

/**
 * Shape of a {@link VisionEncoder}.
 *
 * @param kind which family it is of
 * @param hiddenSize channels of tokens
 * @param intermediateSize channels inside the feed-forward layers
 * @param layers number of layers
 * @param heads heads of attention; divides the channels
 * @param channels channels of images
 * @param imageSize side of the images that its position table is for
 * @param patchSize side of a patch
 * @param activation of the feed-forward layers
 * @param layerNormEps of all normalisations
 * @param projectionDim channels of CLIP's image embeds; 0 for none
 */
public record VisionConfig(
        Kind kind,
        int hiddenSize,
        int intermediateSize,
        int layers,
        int heads,
        int channels,
        int imageSize,
        int patchSize,
        HiddenActivation activation,
        double layerNormEps,
        int projectionDim) {
    /** Families of vision towers. */
    public enum Kind {
        /** Class token, normalisation before the layers, projection of the class token behind them. */
        CLIP("clip_vision_model"),
        /** No class token; a learned query pools. */
        SIGLIP("siglip_vision_model"),
        /** Class token, layer scale; positions are interpolated to the image's size. */
        DINOV2("dinov2");

        private final String modelType;

        Kind(String modelType) {
            this.modelType = modelType;
        }

        boolean hasClassToken() {
            return this != SIGLIP;
        }
    }

    /** What transformers writes into every configuration and what has no effect here. */
    private static final String[] IGNORED = {
        "architectures",
        "attention_dropout",
        "dropout",
        "dtype",
        "torch_dtype",
        "initializer_factor",
        "initializer_range",
        "transformers_version",
        "_name_or_path",
        "_commit_hash",
        "_attn_implementation_autoset",
        "return_dict",
        "output_hidden_states",
        "output_attentions",
        "torchscript",
        "use_bfloat16",
        "tf_legacy_loss",
        "pruned_heads",
        "tie_word_embeddings",
        "chunk_size_feed_forward",
        "is_encoder_decoder",
        "is_decoder",
        "cross_attention_hidden_size",
        "add_cross_attention",
        "tie_encoder_decoder",
        "max_length",
        "min_length",
        "do_sample",
        "early_stopping",
        "num_beams",
        "num_beam_groups",
        "diversity_penalty",
        "temperature",
        "top_k",
        "top_p",
        "typical_p",
        "repetition_penalty",
        "length_penalty",
        "no_repeat_ngram_size",
        "encoder_no_repeat_ngram_size",
        "bad_words_ids",
        "num_return_sequences",
        "output_scores",
        "return_dict_in_generate",
        "forced_bos_token_id",
        "forced_eos_token_id",
        "remove_invalid_values",
        "exponential_decay_length_penalty",
        "suppress_tokens",
        "begin_suppress_tokens",
        "finetuning_task",
        "id2label",
        "label2id",
        "tokenizer_class",
        "prefix",
        "bos_token_id",
        "pad_token_id",
        "eos_token_id",
        "sep_token_id",
        "decoder_start_token_id",
        "task_specific_params",
        "problem_type"
    };

    public VisionConfig {
        if (heads < 1 || hiddenSize % heads != 0) {
            throw new IllegalArgumentException(
                    "num_attention_heads (" + heads + ") must divide hidden_size (" + hiddenSize + ")");
        }
        if (patchSize < 1 || imageSize < patchSize) {
            throw new IllegalArgumentException(
                    "image_size (" + imageSize + ") must be at least patch_size (" + patchSize + ")");
        }
    }

    /** Patches along a side of the position table. */
    public int grid() {
        return imageSize / patchSize;
    }

    /** Channels of {@link VisionEncoder.Features#pooled}. */
    public int pooledWidth() {
        return projectionDim > 0 ? projectionDim : hiddenSize;
    }

    /**
     * Reads all keys; defaults as in transformers. The vision part of a whole CLIP or SigLIP configuration
     * is found in its {@code vision_config}.
     *
     * @throws CheckpointException listing every unknown key and every value that is not implemented
     */
    public static VisionConfig read(StrictConfig json) throws CheckpointException {
        json.only("model_type", "clip_vision_model", "clip", "siglip_vision_model", "siglip", "dinov2");
        if (!json.given("model_type")) {
            json.problem("model_type", "must be given");
        }
        String type = json.text("model_type", "");
        boolean projected = !json.contains("architectures", "CLIPVisionModel");
        switch (type) {
            case "clip", "siglip" -> {
                json.ignore("text_config", "text_config_dict", "vision_config_dict", "logit_scale_init_value");
                json.ignore(IGNORED);
                int dim = type.equals("clip") ? json.integer("projection_dim", 512, 1, 65536) : 0;
                StrictConfig vision = json.nested("vision_config");
                json.build(() -> type);
                vision.only("model_type", type + "_vision_model");
                return vision(vision, type.equals("clip") ? Kind.CLIP : Kind.SIGLIP, dim);
            }
            case "clip_vision_model" -> {
                int dim = json.integer("projection_dim", 512, 1, 65536);
                return vision(json, Kind.CLIP, projected ? dim : 0);
            }
            case "siglip_vision_model" -> {
                return vision(json, Kind.SIGLIP, 0);
            }
            default -> {
                return vision(json, Kind.DINOV2, 0);
            }
        }
    }

    private static VisionConfig vision(StrictConfig json, Kind kind, int projection) throws CheckpointException {
        json.ignore(IGNORED);
        json.ignore("projection_dim");
        json.ignore("model_type");
        int hidden = json.integer("hidden_size", 768, 1, 16384);
        int intermediate;
        if (kind == Kind.DINOV2) {
            json.ignore(
                    "hidden_dropout_prob",
                    "attention_probs_dropout_prob",
                    "drop_path_rate",
                    "layerscale_value",
                    "apply_layernorm",
                    "reshape_hidden_states",
                    "out_features",
                    "out_indices",
                    "stage_names");
            json.only("qkv_bias", true).only("use_swiglu_ffn", false).only("use_mask_token", true);
            intermediate = hidden * json.integer("mlp_ratio", 4, 1, 64);
        } else {
            json.only("vision_use_head", true);
            intermediate = json.integer("intermediate_size", 3072, 1, 65536);
        }
        int layers = json.integer("num_hidden_layers", 12, 1, 256);
        int heads = json.integer("num_attention_heads", 12, 1, 1024);
        int channels = json.integer("num_channels", 3, 1, 64);
        int image = json.integer("image_size", 224, 1, 4096);
        int patch = json.integer("patch_size", kind == Kind.CLIP ? 32 : kind == Kind.SIGLIP ? 16 : 14, 1, 1024);
        json.only("hidden_act", HiddenActivation.names());
        String act = kind == Kind.CLIP ? "quick_gelu" : kind == Kind.SIGLIP ? "gelu_pytorch_tanh" : "gelu";
        HiddenActivation activation = HiddenActivation.named(json.text("hidden_act", act));
        double eps = json.number("layer_norm_eps", kind == Kind.CLIP ? 1e-5 : 1e-6, 0, 1);
        return json.build(() -> new VisionConfig(
                kind, hidden, intermediate, layers, heads, channels, image, patch, activation, eps, projection));
    }

    /** As transformers reads it. */
    public ObjectNode toJson() {
        ObjectNode o = StrictConfig.object();
        String architecture =
                switch (kind) {
                    case CLIP -> projectionDim > 0 ? "CLIPVisionModelWithProjection" : "CLIPVisionModel";
                    case SIGLIP -> "SiglipVisionModel";
                    case DINOV2 -> "Dinov2Model";
                };
        o.putArray("architectures").add(architecture);
        o.put("hidden_act", activation.id());
        o.put("hidden_size", hiddenSize);
        o.put("image_size", imageSize);
        if (kind == Kind.DINOV2) {
            o.put("mlp_ratio", intermediateSize / hiddenSize);
            o.put("qkv_bias", true);
            o.put("use_swiglu_ffn", false);
        } else {
            o.put("intermediate_size", intermediateSize);
        }
        o.put("layer_norm_eps", layerNormEps);
        o.put("model_type", kind.modelType);
        o.put("num_attention_heads", heads);
        o.put("num_channels", channels);
        o.put("num_hidden_layers", layers);
        o.put("patch_size", patchSize);
        if (projectionDim > 0) {
            o.put("projection_dim", projectionDim);
        }
        return o;
    }
}
