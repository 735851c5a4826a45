using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Assay.Primitives;
using Assay.Testing;

namespace Assay.Llama.Tests;

public sealed class GgufTests
{
    [Fact]
    public void The_shipped_file_is_read()
    {
        using FileStream file = System.IO.File.OpenRead(Models.Tiny);
        GgufHeader header = GgufReader.Read(file);
        Assert.Equal("llama", header.Text("general.architecture"));
        Assert.Equal(512UL, header.Whole("llama.context_length"));
        Assert.Equal(39, header.Tensors);
        Assert.Null(header.Text("tokenizer.chat_template"));
    }

    [Fact]
    public void A_tokenizers_digest_is_of_its_keys_in_order_and_of_nothing_else()
    {
        byte[] one = File(Text("tokenizer.ggml.model", "gpt2"), Text("general.name", "a"), Text("tokenizer.ggml.alpha", "x"));
        byte[] two = File(Text("tokenizer.ggml.alpha", "x"), Text("tokenizer.ggml.model", "gpt2"), Text("general.name", "b"));
        byte[] three = File(Text("tokenizer.ggml.alpha", "y"), Text("tokenizer.ggml.model", "gpt2"));
        Assert.Equal(Read(one)!.Tokenizer(), Read(two)!.Tokenizer());
        Assert.NotEqual(Read(one)!.Tokenizer(), Read(three)!.Tokenizer());

        // CBOR ["assay/gguf-tokenizer/v1", ["tokenizer.ggml.model", type 8, length 1, "a"]].
        byte[] expected = [0x82, 0x77, .. "assay/gguf-tokenizer/v1"u8, 0x82, 0x74, .. "tokenizer.ggml.model"u8, 0x4D, 8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, (byte)'a'];
        Assert.Equal(Digest32.Sha256(expected), Read(File(Text("tokenizer.ggml.model", "a")))!.Tokenizer());
    }

    [Fact]
    public void What_isnt_well_formed_is_refused()
    {
        Assert.NotNull(Read(File(Text("a", "b"))));
        Refused([.. "GGML"u8, .. File()[4..]], "GGUF");
        Refused(Changed(4, 4), "version");
        Refused(Changed(8, 0xFF_FFFF_FFFF), "tensors or keys");
        Refused(Changed(16, 0xFF_FFFF_FFFF), "tensors or keys");
        Refused(Changed(24, 0xFFFF_FFFF_FFFF), "ends too early");
        Refused(File(Text("a", "b"), Text("a", "c")), "twice");
        Refused(File(Text("", "b")), "empty");
        Refused(File([.. Name("a"), 13, 0, 0, 0]), "type");
        Refused(File([.. Name("a"), 9, 0, 0, 0, 9, 0, 0, 0, .. Long(1)]), "array");
        Refused(File([.. Name("a"), 9, 0, 0, 0, 4, 0, 0, 0, .. Long(ulong.MaxValue / 2)]), "array");
        Refused(File([.. Name("a"), 8, 0, 0, 0, .. Long(1), 0xFF]), "UTF-8");
        Refused(File([.. Name("general.alignment"), 4, 0, 0, 0, 3, 0, 0, 0]), "alignment");

        byte[] tokens = [.. Name("tokenizer.ggml.tokens"), 9, 0, 0, 0, 8, 0, 0, 0, .. Long(2), .. Name("x"), .. Name("y")];
        Assert.NotNull(Read(File(tokens)));
        Refused(File([.. tokens[..^1], (byte)'x']), "twice");
        Refused(File(tokens, [.. Name("tokenizer.ggml.scores"), 9, 0, 0, 0, 6, 0, 0, 0, .. Long(1), 0, 0, 0, 0]), "scores");
        Refused(File(Text("tokenizer.ggml.tokens", "x")), "texts");

        static byte[] Changed(int at, ulong value)
        {
            byte[] file = File(Text("a", "b"));
            Long(value).AsSpan(0, at == 4 ? 4 : 8).CopyTo(file.AsSpan(at));
            return file;
        }
    }

    [Fact]
    public void Damaged_files_are_errors()
    {
        byte[] good = File(Text("general.architecture", "llama"), [.. Name("n"), 4, 0, 0, 0, 7, 0, 0, 0], [.. Name("l"), 9, 0, 0, 0, 8, 0, 0, 0, .. Long(2), .. Name("x"), .. Name("yz")]);
        FuzzSummary summary = FuzzRun.Run([good], static bytes => Read(bytes) is not null, new FuzzLimits(64 * 1024, 64, TimeSpan.FromMilliseconds(50)), oneOf: 4);
        Assert.True(summary.Accepted > 10 && summary.Refused > 1000);
    }

    [OracleFact(Oracle.Llama)]
    public void A_file_that_llama_doesnt_take_is_an_error()
    {
        string file = Path.GetTempFileName();
        try
        {
            System.IO.File.WriteAllBytes(file, File(Text("general.architecture", "nothing")));
            Assert.Equal(LlamaErrors.Load, Assert.Throws<LlamaException>(() => LlamaBackend.Open(file)).Code);
            System.IO.File.WriteAllText(file, "no model");
            Assert.Equal(LlamaErrors.Gguf, Assert.Throws<LlamaException>(() => LlamaBackend.Open(file)).Code);
            System.IO.File.WriteAllBytes(file, File([.. Name("split.count"), 2, 0, 0, 0, 2, 0]));
            Assert.Equal(LlamaErrors.Gguf, Assert.Throws<LlamaException>(() => LlamaBackend.Open(file)).Code);
        }
        finally
        {
            System.IO.File.Delete(file);
        }
    }

    [OracleFact(Oracle.Llama)]
    public void Receipts_can_name_model_and_build()
    {
        Assay.Chat.ChatBackendInfo info = Models.Backend.Info;
        byte[] digest = SHA256.HashData(System.IO.File.ReadAllBytes(Models.Tiny));
        Assert.Equal(Digest32.Sha256([.. Encoding.UTF8.GetBytes("assay/gguf-model-id/v1\0"), .. digest]), info.Model!.Value.Value);
        Assert.Matches("^llama\\.cpp/0\\.5\\.[0-9a-z.-]+ sha256:[0-9a-f]{64} threads=1 context=512 batch=512$", info.Backend);
        Assert.Equal("llama.cpp/sampler-v1", info.Semantics);
        Assert.NotNull(info.InstructionSet);
        Assert.Equal("plain", Models.Backend.Template);
    }

    [Theory]
    [InlineData(3_500_000, 64, 1, 1)]
    [InlineData(4_000_000_000, 8, 1, 7)]
    [InlineData(4_000_000_000, 8, 4, 1)]
    [InlineData(4_000_000_000, 1, 1, 1)]
    [InlineData(4_000_000_000, 1024, 1, 256)]
    public void Small_models_get_one_thread_and_others_leave_a_processor(long bytes, int processors, int answers, int threads) =>
        Assert.Equal(threads, LlamaBackend.DefaultThreads(bytes, processors, answers));

    [Fact]
    public void A_missing_library_is_an_error_that_names_the_script()
    {
        Assert.Null(LlamaLibrary.TryFind(Path.Combine(Path.GetTempPath(), "no-such-library.so"), out string? why));
        Assert.Contains("eng/llama.sh", why, StringComparison.Ordinal);
        LlamaException missing = Assert.Throws<LlamaException>(() => LlamaBackend.Open(Models.Tiny, new LlamaOptions { LibraryPath = "/no-such-library.so" }));
        Assert.Equal((LlamaErrors.NotInstalled, ""), (missing.Code, missing.Hint));
    }

    private static void Refused(byte[] file, string why)
    {
        Assert.Null(GgufReader.TryRead(file, file.Length, out string? wrong));
        Assert.Contains(why, wrong, StringComparison.Ordinal);
    }

    private static GgufHeader? Read(byte[] file) => GgufReader.TryRead(file, file.Length, out _);

    private static byte[] File(params byte[][] keys) => [.. "GGUF"u8, 3, 0, 0, 0, .. Long(0), .. Long((ulong)keys.Length), .. keys.SelectMany(static key => key)];

    private static byte[] Text(string key, string value) => [.. Name(key), 8, 0, 0, 0, .. Name(value)];

    private static byte[] Name(string name) => [.. Long((ulong)name.Length), .. Encoding.UTF8.GetBytes(name)];

    private static byte[] Long(ulong value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }
}
