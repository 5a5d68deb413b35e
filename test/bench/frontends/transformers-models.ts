// Model families of transformers with shrunk configurations: family | model class | configuration | inputs of forward.
// Sizes of inputs are without the batch.

const encoder =
  'vocab_size=500, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64';
const decoder = `${encoder}, num_key_value_heads=2`;
const gpt = 'vocab_size=500, n_embd=32, n_layer=2, n_head=4';
const both =
  'd_model=32, encoder_layers=2, decoder_layers=2, encoder_attention_heads=4, decoder_attention_heads=4, encoder_ffn_dim=64, decoder_ffn_dim=64';
const sequence = `vocab_size=500, ${both}`;
const t5 = 'vocab_size=500, d_model=32, d_kv=8, d_ff=64, num_layers=2, num_heads=4';
const blocks = 'hidden_size=32, num_hidden_layers=2, num_attention_heads=4';
const vision = `image_size=32, patch_size=8, ${blocks}, intermediate_size=64`;
const speech = `${blocks}, intermediate_size=64, conv_dim=(32, 32, 32), conv_stride=(5, 2, 2), conv_kernel=(10, 3, 3), num_conv_pos_embeddings=16, num_conv_pos_embedding_groups=4`;
const windows = 'image_size=64, patch_size=2, embed_dim=16, depths=[2, 2], num_heads=[2, 4], window_size=4';
const stages = 'hidden_sizes=[16, 32, 64, 64], depths=[1, 1, 1, 1], num_attention_heads=[1, 2, 4, 8]';
const twoTowers = `text_config=dict(${encoder}), vision_config=dict(${vision})`;
const caption = `text_config=dict(${encoder}, encoder_hidden_size=32, projection_dim=16), vision_config=dict(${vision})`;
const backbone =
  "ResNetConfig(embedding_size=16, hidden_sizes=[16, 32, 32, 64], depths=[1, 1, 1, 1], out_features=['stage4'])";

export const textModels = `
bert | BertForSequenceClassification | BertConfig(${encoder}) | input_ids 16
roberta | RobertaForMaskedLM | RobertaConfig(${encoder}) | input_ids 16
xlm_roberta | XLMRobertaForTokenClassification | XLMRobertaConfig(${encoder}) | input_ids 16
camembert | CamembertForQuestionAnswering | CamembertConfig(${encoder}) | input_ids 16
distilbert | DistilBertForSequenceClassification | DistilBertConfig(vocab_size=500, dim=32, n_layers=2, n_heads=4, hidden_dim=64) | input_ids 16
albert | AlbertForMaskedLM | AlbertConfig(${encoder}, embedding_size=16) | input_ids 16
electra | ElectraForPreTraining | ElectraConfig(${encoder}, embedding_size=16) | input_ids 16
deberta | DebertaForMaskedLM | DebertaConfig(${encoder}, relative_attention=True, pos_att_type=['c2p', 'p2c'], max_position_embeddings=64) | input_ids 16
deberta_v2 | DebertaV2ForSequenceClassification | DebertaV2Config(${encoder}, relative_attention=True, position_buckets=32, pos_att_type=['c2p', 'p2c'], max_position_embeddings=64) | input_ids 16
mpnet | MPNetForSequenceClassification | MPNetConfig(${encoder}) | input_ids 16
mobilebert | MobileBertForMaskedLM | MobileBertConfig(${encoder}, embedding_size=16, intra_bottleneck_size=16, num_feedforward_networks=2) | input_ids 16
squeezebert | SqueezeBertForSequenceClassification | SqueezeBertConfig(${encoder}, embedding_size=32) | input_ids 16
roformer | RoFormerForMaskedLM | RoFormerConfig(${encoder}) | input_ids 16
ernie | ErnieModel | ErnieConfig(${encoder}) | input_ids 16
fnet | FNetForMaskedLM | FNetConfig(vocab_size=500, hidden_size=32, num_hidden_layers=2, intermediate_size=64) | input_ids 16
nystromformer | NystromformerForMaskedLM | NystromformerConfig(${encoder}, segment_means_seq_len=16, num_landmarks=4) | input_ids 16
longformer | LongformerForMaskedLM | LongformerConfig(${encoder}, attention_window=4, max_position_embeddings=64) | input_ids 16
layoutlm | LayoutLMForTokenClassification | LayoutLMConfig(${encoder}) | input_ids 16
xlnet | XLNetLMHeadModel | XLNetConfig(vocab_size=500, d_model=32, n_layer=2, n_head=4, d_inner=64) | input_ids 16
gpt2 | GPT2LMHeadModel | GPT2Config(${gpt}) | input_ids 16
gpt_neo | GPTNeoForCausalLM | GPTNeoConfig(vocab_size=500, hidden_size=32, num_layers=2, num_heads=4, attention_types=[[['global', 'local'], 1]], max_position_embeddings=64) | input_ids 16
gpt_neox | GPTNeoXForCausalLM | GPTNeoXConfig(${encoder}) | input_ids 16
gptj | GPTJForCausalLM | GPTJConfig(${gpt}, rotary_dim=4) | input_ids 16
gpt_bigcode | GPTBigCodeForCausalLM | GPTBigCodeConfig(${gpt}) | input_ids 16
codegen | CodeGenForCausalLM | CodeGenConfig(${gpt}, rotary_dim=4) | input_ids 16
opt | OPTForCausalLM | OPTConfig(vocab_size=500, ${blocks}, ffn_dim=64, word_embed_proj_dim=16, max_position_embeddings=64) | input_ids 16
bloom | BloomForCausalLM | BloomConfig(vocab_size=500, hidden_size=32, n_layer=2, n_head=4) | input_ids 16
mpt | MptForCausalLM | MptConfig(vocab_size=500, d_model=32, n_layers=2, n_heads=4, max_seq_len=64) | input_ids 16
llama | LlamaForCausalLM | LlamaConfig(${decoder}) | input_ids 16
mistral | MistralForCausalLM | MistralConfig(${decoder}) | input_ids 16
mixtral | MixtralForCausalLM | MixtralConfig(${decoder}, num_local_experts=4) | input_ids 16
qwen2 | Qwen2ForCausalLM | Qwen2Config(${decoder}) | input_ids 16
qwen2_moe | Qwen2MoeForCausalLM | Qwen2MoeConfig(${decoder}, num_experts=4, num_experts_per_tok=2, moe_intermediate_size=32, shared_expert_intermediate_size=32) | input_ids 16
gemma | GemmaForCausalLM | GemmaConfig(${decoder}, head_dim=16) | input_ids 16
gemma2 | Gemma2ForCausalLM | Gemma2Config(${decoder}, head_dim=16) | input_ids 16
phi | PhiForCausalLM | PhiConfig(${encoder}) | input_ids 16
phi3 | Phi3ForCausalLM | Phi3Config(${decoder}, pad_token_id=0) | input_ids 16
falcon | FalconForCausalLM | FalconConfig(vocab_size=500, ${blocks}) | input_ids 16
stablelm | StableLmForCausalLM | StableLmConfig(${decoder}) | input_ids 16
starcoder2 | Starcoder2ForCausalLM | Starcoder2Config(${decoder}) | input_ids 16
cohere | CohereForCausalLM | CohereConfig(${decoder}, pad_token_id=0) | input_ids 16
granite | GraniteForCausalLM | GraniteConfig(${decoder}) | input_ids 16
olmo | OlmoForCausalLM | OlmoConfig(${decoder}) | input_ids 16
olmo2 | Olmo2ForCausalLM | Olmo2Config(${decoder}) | input_ids 16
persimmon | PersimmonForCausalLM | PersimmonConfig(${encoder}) | input_ids 16
xglm | XGLMForCausalLM | XGLMConfig(vocab_size=500, d_model=32, num_layers=2, attention_heads=4, ffn_dim=64) | input_ids 16
biogpt | BioGptForCausalLM | BioGptConfig(${encoder}) | input_ids 16
mamba | MambaForCausalLM | MambaConfig(vocab_size=500, hidden_size=32, num_hidden_layers=2, state_size=8) | input_ids 16
mamba2 | Mamba2ForCausalLM | Mamba2Config(vocab_size=500, hidden_size=32, num_hidden_layers=2, state_size=8, num_heads=8, head_dim=8, n_groups=2, chunk_size=8) | input_ids 16
recurrent_gemma | RecurrentGemmaForCausalLM | RecurrentGemmaConfig(vocab_size=500, hidden_size=32, num_hidden_layers=3, num_attention_heads=4, intermediate_size=64, lru_width=32, attention_window_size=16) | input_ids 16
rwkv | RwkvForCausalLM | RwkvConfig(vocab_size=500, hidden_size=32, num_hidden_layers=2) | input_ids 16
t5 | T5ForConditionalGeneration | T5Config(${t5}) | input_ids 16, decoder_input_ids 16
mt5 | MT5EncoderModel | MT5Config(${t5}) | input_ids 16
bart | BartForConditionalGeneration | BartConfig(${sequence}) | input_ids 16
mbart | MBartModel | MBartConfig(${sequence}) | input_ids 16
pegasus | PegasusForConditionalGeneration | PegasusConfig(${sequence}) | input_ids 16, decoder_input_ids 16
marian | MarianMTModel | MarianConfig(${sequence}, pad_token_id=0, decoder_start_token_id=0) | input_ids 16, decoder_input_ids 16
`;

export const otherModels = `
whisper | WhisperForConditionalGeneration | WhisperConfig(${sequence}, pad_token_id=0, decoder_start_token_id=1, num_mel_bins=16, max_source_positions=50) | input_features 16 100, decoder_input_ids 16
speech_to_text | Speech2TextForConditionalGeneration | Speech2TextConfig(${sequence}, input_feat_per_channel=16, conv_channels=32) | input_features 128 16, decoder_input_ids 16
wav2vec2 | Wav2Vec2ForCTC | Wav2Vec2Config(vocab_size=32, ${speech}) | input_values 16000
hubert | HubertModel | HubertConfig(${speech}) | input_values 16000
wavlm | WavLMModel | WavLMConfig(${speech}) | input_values 16000
audio_spectrogram_transformer | ASTForAudioClassification | ASTConfig(${blocks}, intermediate_size=64, max_length=64, num_mel_bins=32) | input_values 64 32
vit | ViTForImageClassification | ViTConfig(${vision}) | pixel_values 3 32 32
deit | DeiTForImageClassificationWithTeacher | DeiTConfig(${vision}) | pixel_values 3 32 32
beit | BeitForImageClassification | BeitConfig(${vision}, use_relative_position_bias=True) | pixel_values 3 32 32
dinov2 | Dinov2ForImageClassification | Dinov2Config(image_size=32, patch_size=8, ${blocks}) | pixel_values 3 32 32
vit_mae | ViTMAEModel | ViTMAEConfig(${vision}) | pixel_values 3 32 32
yolos | YolosForObjectDetection | YolosConfig(image_size=[64, 64], patch_size=16, ${blocks}, intermediate_size=64, num_detection_tokens=10) | pixel_values 3 64 64
swin | SwinForImageClassification | SwinConfig(${windows}) | pixel_values 3 64 64
swinv2 | Swinv2ForImageClassification | Swinv2Config(${windows}) | pixel_values 3 64 64
convnext | ConvNextForImageClassification | ConvNextConfig(hidden_sizes=[16, 32, 64, 128], depths=[1, 1, 2, 1]) | pixel_values 3 224 224
convnextv2 | ConvNextV2ForImageClassification | ConvNextV2Config(hidden_sizes=[16, 32, 64, 128], depths=[1, 1, 2, 1]) | pixel_values 3 224 224
resnet | ResNetForImageClassification | ResNetConfig(embedding_size=16, hidden_sizes=[32, 64, 64, 128], depths=[1, 1, 2, 1]) | pixel_values 3 224 224
regnet | RegNetForImageClassification | RegNetConfig(embedding_size=16, hidden_sizes=[32, 64, 64, 128], depths=[1, 1, 2, 1], groups_width=16) | pixel_values 3 224 224
mobilenet_v2 | MobileNetV2ForImageClassification | MobileNetV2Config(depth_multiplier=0.35) | pixel_values 3 224 224
mobilevit | MobileViTForImageClassification | MobileViTConfig(image_size=64, hidden_sizes=[16, 24, 32], neck_hidden_sizes=[8, 16, 24, 32, 40, 48, 64], num_attention_heads=4) | pixel_values 3 64 64
efficientnet | EfficientNetForImageClassification | EfficientNetConfig(width_coefficient=0.5, depth_coefficient=0.5, image_size=64, hidden_dim=640) | pixel_values 3 64 64
poolformer | PoolFormerForImageClassification | PoolFormerConfig(hidden_sizes=[16, 32, 64, 128], depths=[1, 1, 2, 1]) | pixel_values 3 224 224
pvt | PvtForImageClassification | PvtConfig(image_size=64, ${stages}) | pixel_values 3 64 64
levit | LevitForImageClassification | LevitConfig(image_size=64, hidden_sizes=[16, 32, 48], num_attention_heads=[1, 2, 3], depths=[2, 3, 4], key_dim=[8, 8, 8]) | pixel_values 3 64 64
cvt | CvtForImageClassification | CvtConfig(embed_dim=[16, 32, 64], num_heads=[1, 2, 4], depth=[1, 2, 3]) | pixel_values 3 224 224
segformer | SegformerForSemanticSegmentation | SegformerConfig(${stages}, decoder_hidden_size=32) | pixel_values 3 224 224
glpn | GLPNForDepthEstimation | GLPNConfig(${stages}, decoder_hidden_size=16) | pixel_values 3 224 224
dpt | DPTForDepthEstimation | DPTConfig(image_size=64, patch_size=16, hidden_size=32, num_hidden_layers=4, num_attention_heads=4, intermediate_size=64, backbone_out_indices=[0, 1, 2, 3], neck_hidden_sizes=[16, 16, 32, 32], fusion_hidden_size=16) | pixel_values 3 64 64
videomae | VideoMAEForVideoClassification | VideoMAEConfig(${vision}, num_frames=4) | pixel_values 4 3 32 32
detr | DetrForObjectDetection | DetrConfig(${both}, num_queries=10, use_timm_backbone=False, backbone=None, use_pretrained_backbone=False, backbone_config=${backbone}) | pixel_values 3 224 224
clip | CLIPModel | CLIPConfig(${twoTowers}, projection_dim=16) | input_ids 16, pixel_values 3 32 32
siglip | SiglipModel | SiglipConfig(${twoTowers}) | input_ids 16, pixel_values 3 32 32
blip | BlipForConditionalGeneration | BlipConfig(${caption}, projection_dim=16) | pixel_values 3 32 32, input_ids 16
vilt | ViltModel | ViltConfig(${encoder}, image_size=32, patch_size=8) | input_ids 16, pixel_values 3 32 32
`;
