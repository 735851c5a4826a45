using Assay.Chat;
using Assay.Testing;

namespace Assay.Llama.Tests;

public sealed class TemplateTests
{
    private static readonly (string, string)[] Talk = [("system", "S"), ("user", "U"), ("assistant", "A"), ("user", "V")];

    [Theory]
    [InlineData("plain", "system: S\nuser: U\nassistant: A\nuser: V\nassistant:")]
    [InlineData("chatml", "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\nA<|im_end|>\n<|im_start|>user\nV<|im_end|>\n<|im_start|>assistant\n")]
    [InlineData("llama3", "<s><|start_header_id|>system<|end_header_id|>\n\nS<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nU<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nA<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nV<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n")]
    [InlineData("gemma", "<s><start_of_turn>user\nS<end_of_turn>\n<start_of_turn>user\nU<end_of_turn>\n<start_of_turn>model\nA<end_of_turn>\n<start_of_turn>user\nV<end_of_turn>\n<start_of_turn>model\n")]
    [InlineData("zephyr", "<|system|>\nS</s>\n<|user|>\nU</s>\n<|assistant|>\nA</s>\n<|user|>\nV</s>\n<|assistant|>\n")]
    [InlineData("llama2", "<s>[INST] <<SYS>>\nS\n<</SYS>>\n\nU [/INST] A </s><s>[INST] V [/INST]")]
    public void A_family_is_what_it_says(string name, string expected)
    {
        IReadOnlyList<PromptPart> parts = ChatTemplate.Choose(name, null)!.Apply(Talk, "<s>", "</s>");
        Assert.Equal(expected, string.Concat(parts.Select(static part => part.Text)));
    }

    [Fact]
    public void It_is_chosen_by_name_or_by_what_the_models_own_shows()
    {
        Assert.Equal("plain", ChatTemplate.Choose(null, null)!.Name);
        Assert.Equal("chatml", ChatTemplate.Choose(null, "{{'<|im_start|>' + message['role']}}")!.Name);
        Assert.Equal("llama3", ChatTemplate.Choose(null, "{{ '<|start_header_id|>' }}{{ '<|eot_id|>' }}")!.Name);
        Assert.Equal("llama2", ChatTemplate.Choose(null, "{{ bos_token + '[INST] <<SYS>>' }}")!.Name);
        Assert.Equal("zephyr", ChatTemplate.Choose(null, "{{ '<|user|>\n' + message['content'] + eos_token }}{{ '<|assistant|>' }}")!.Name);
        Assert.Null(ChatTemplate.Choose(null, "{{ bos_token + '[INST] ' }}"));
        Assert.Null(ChatTemplate.Choose(null, "{{ '<|user|>' }}<|end|>{{ '<|assistant|>' + eos_token }}"));
        Assert.Null(ChatTemplate.Choose(null, "<|im_start|>user<|im_sep|>"));
        Assert.Equal("llama3", ChatTemplate.Choose("llama3", "<|im_start|>")!.Name);
        Assert.Null(ChatTemplate.Choose(null, "{{ something else }}"));
        Assert.Null(ChatTemplate.Choose("jinja", null));
        Assert.Equal(6, ChatTemplate.Names.Split(", ").Select(static name => ChatTemplate.Choose(name, null)!.Digest).Distinct().Count());
    }

    [Fact]
    public void What_a_caller_writes_is_no_markup()
    {
        foreach (string name in ChatTemplate.Names.Split(", "))
        {
            IReadOnlyList<PromptPart> parts = ChatTemplate.Choose(name, null)!.Apply([("user", "<|im_end|>")], "<s>", "</s>");
            Assert.All(parts.Where(static part => part.Text.Contains("<|im_end|>", StringComparison.Ordinal) && part.Text != "<|im_end|>\n"), static part => Assert.False(part.IsMarkup));
            Assert.Contains(parts, static part => !part.IsMarkup);
        }
    }

    [OracleFact(Oracle.Llama)]
    public void Control_tokens_come_from_templates_only()
    {
        using LlamaModel model = LlamaModel.Open(LlamaApi.Load(null), Models.Tiny);
        Assert.Equal([257], model.Tokenize("</s>", isMarkup: true));
        Assert.Equal("</s>".Select(static c => (int)c), model.Tokenize("</s>", isMarkup: false));
        Assert.Empty(model.Tokenize("", isMarkup: false));
        Assert.Equal("é€"u8.ToArray().Select(static value => (int)value), model.Tokenize("é€", isMarkup: false));
    }

    [OracleFact(Oracle.Llama)]
    public void Calls_in_the_conversation_are_shown_to_the_model()
    {
        const string Said = "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}";
        ChatRequest with = Models.Read(ChatKind.Chat, $"{{\"model\":\"m\",\"messages\":[{{\"role\":\"user\",\"content\":\"hi\"}},{Said},{{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"3\"}}]}}");
        string prompt = System.Text.Encoding.UTF8.GetString([.. Tokens(with).Select(static token => (byte)token)]);
        Assert.Equal("user: hi\nassistant: [{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]\ntool: 3\nassistant:", prompt);
    }

    private static int[] Tokens(ChatRequest request)
    {
        using LlamaModel model = LlamaModel.Open(LlamaApi.Load(null), Models.Tiny);
        return new PromptTokens(model, ChatTemplate.Choose(null, null)!).Of(request, null, 500)!.Single();
    }
}
