using Assay.Chat;
using Assay.Cli.Chatting;
using Assay.Llama;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Testing;
using Assay.Verification;

namespace Assay.Cli.Tests.Chatting;

/// <summary>A real model that is asked again: the same words by the same seed and settings, and nothing under others.</summary>
public sealed class LlamaReplayerTests
{
    private static string Gguf => Path.Combine(Oracles.RepositoryRoot, "models", "tiny-kjv", "tinylm.gguf");

    [OracleFact(Oracle.Llama)]
    public void TheSameWords_ComeAgain_AndOnlyUnderTheSameConditions()
    {
        ChatRequest request = ChatRequestReader.TryRead(ChatKind.Chat, """{"model":"kjv","messages":[{"role":"user","content":"And God said"}],"max_tokens":24,"temperature":0.8,"n":2}"""u8.ToArray(), out _)!;
        ChatPlan plan;
        ChatReplayRequest asked;
        using (LlamaBackend backend = LlamaBackend.Open(Gguf, new LlamaOptions { Threads = 1, ContextTokens = 256, BatchTokens = 64, Template = "chatml" }))
        {
            plan = backend.Plan(request, out _)!;
            asked = new ChatReplayRequest
            {
                Model = backend.Info.Model!.Value,
                Request = request,
                Applied = plan.Applied,
                Backend = backend.Info.Backend,
                InstructionSet = backend.Info.InstructionSet,
                Template = backend.Info.Template,
                Tokenizer = backend.Info.Tokenizer,
            };
        }

        ReplayResult.Ran first = Assert.IsType<ReplayResult.Ran>(Replay(asked)), second = Assert.IsType<ReplayResult.Ran>(Replay(asked));
        Assert.Equal(2, first.Outputs.Count);
        Assert.True(TensorValue.AllSame(first.Outputs, second.Outputs));
        Assert.All(first.FinishReasons!, static reason => Assert.Contains(reason, new[] { "stop", "length" }));
        Assert.Equal(first.FinishReasons, second.FinishReasons);
        Assert.False(TensorValue.AllSame(first.Outputs, Assert.IsType<ReplayResult.Ran>(Replay(asked with { Applied = asked.Applied with { Seed = asked.Applied.Seed + 1 } })).Outputs));

        LlamaReplayer wrong = new(Gguf, CancellationToken.None);
        Assert.Equal("replay/unavailable", Assert.IsType<ReplayResult.NotAvailable>(wrong.Replay(asked with { Model = new ModelId(Digest32.Sha256("other"u8)) })).Code);
        Assert.Contains("the file that you gave isn't the model that the receipt names", wrong.Differs, StringComparison.Ordinal);
        ChatReplayRequest[] others =
        [
            asked with { Backend = asked.Backend.Replace("sha256:", "sha256:0", StringComparison.Ordinal) },
            asked with { Backend = asked.Backend.Replace("llama.cpp/", "llama.cpp/x", StringComparison.Ordinal) },
            asked with { Backend = "llama.cpp" },
            asked with { Backend = asked.Backend.Replace("threads=1", "threads=999999", StringComparison.Ordinal) },
            asked with { InstructionSet = "NEON" },
            asked with { Tokenizer = Digest32.Sha256("t"u8) },
            asked with { Template = Digest32.Sha256("t"u8) },
            asked with { Template = null },
        ];
        foreach (ChatReplayRequest other in others)
        {
            LlamaReplayer replayer = new(Gguf, CancellationToken.None);
            Assert.Equal("replay/conditions-differ", Assert.IsType<ReplayResult.NotAvailable>(replayer.Replay(other)).Code);
            Assert.NotNull(replayer.Differs);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("GGUF")]
    [InlineData("no model at all")]
    public void A_file_that_cant_be_opened_shows_nothing_and_ends_nothing(string content)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, content);
            AssertImpossible(file);
        }
        finally
        {
            File.Delete(file);
        }

        AssertImpossible(file);
    }

    [OracleFact(Oracle.Llama)]
    public void A_truncated_file_shows_nothing_and_ends_nothing()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, File.ReadAllBytes(Gguf)[..1_000_000]);
            AssertImpossible(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void AssertImpossible(string file)
    {
        LlamaReplayer replayer = new(file, CancellationToken.None);
        ChatRequest request = ChatRequestReader.TryRead(ChatKind.Chat, """{"model":"kjv","messages":[{"role":"user","content":"And God said"}],"max_tokens":4}"""u8.ToArray(), out _)!;
        ReplayResult result = replayer.Replay(new ChatReplayRequest
        {
            Model = new ModelId(Digest32.Sha256("m"u8)),
            Request = request,
            Applied = new ChatParameters(),
            Backend = $"llama.cpp/0.5.0 sha256:{new string('0', 64)} threads=1 context=256 batch=64",
            InstructionSet = "AVX2",
            Template = Digest32.Sha256("assay/chat-template/v1 plain\n\n{role}: {text}\n\nassistant:\n\n"u8),
            Tokenizer = null,
        });
        Assert.Equal("replay/unavailable", Assert.IsType<ReplayResult.NotAvailable>(result).Code);
        Assert.StartsWith("the replay wasn't possible here. ", replayer.Differs, StringComparison.Ordinal);
    }

    private static ReplayResult Replay(ChatReplayRequest request) => new LlamaReplayer(Gguf, CancellationToken.None).Replay(request);
}
