using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Chat;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification.Tests.Histories;

/// <summary>Receipts of the application <c>shop</c> and its history, as an honest node gives it; tests spoil it.</summary>
internal sealed class Chronicle(World world)
{
    private static readonly string[] Shown = [.. ChatConfiguration.Fields.Select(static field => field.Name), "parties.node", "time", "lineage.relation"];

    private ulong _receipts;

    internal JsonObject Json { get; } = new()
    {
        ["profile"] = "assay/history/v1",
        ["application"] = "shop",
        ["asOf"] = World.Now.ToUnixTimeMilliseconds(),
        ["after"] = 0,
        ["more"] = false,
        ["configurations"] = new JsonArray(),
        ["systemPrompts"] = new JsonObject(),
        ["tools"] = new JsonObject(),
    };

    internal byte[] Bytes => Encoding.UTF8.GetBytes(Json.ToJsonString());

    internal JsonArray Configurations => Json["configurations"]!.AsArray();

    internal HistoryInput Input(params byte[][] receipts) => new() { History = Bytes, Now = World.Now, Trust = world.Trust, Receipts = [.. receipts.Select(static bytes => (ReadOnlyMemory<byte>)bytes)] };

    internal HistoryReport Check(params byte[][] receipts) => HistoryChecker.Check(Input(receipts));

    internal static string Message(string content, string role = "system") => $"{{\"role\":\"{role}\",\"content\":{JsonValue.Create(content).ToJsonString()}}}";

    /// <summary>What the leaves of an ordinary chat say.</summary>
    internal ClaimValues Claims(string? prompt = "Be brief.", string? tools = null, string sampling = """{"max_tokens":16,"temperature":0.5}""") => world.Answer() with
    {
        RequestProtocol = WellKnown.OpenAiChat,
        RequestInputs = null,
        RequestSystemPrompt = prompt is null ? null : ChatDigests.SystemPrompt([Encoding.UTF8.GetBytes(Message(prompt))]),
        RequestTools = tools is null ? null : Digest32.Sha256(Encoding.UTF8.GetBytes(tools)),
        RequestSampling = sampling,
        RequestMutations = null,
        ModelName = "kjv",
        ExecutionBackend = "llama.cpp/b1",
        ExecutionSemantics = WellKnown.LlamaSampler,
    };

    /// <summary>A receipt of the application, whole.</summary>
    internal byte[] Receipt(ClaimValues claims, int number, string application = "shop", TimeSpan? before = null)
    {
        ulong count = ++_receipts;
        return Whole(world.Parts(claims with { LineageRelation = new ChatLineage(false, application, number).Text }, change: statement => statement with
        {
            Id = ReceiptId.From(Digest32.Sha256(BitConverter.GetBytes(count + 100)).Bytes[..16]),
            Counter = count,
            IssuedAt = (World.Now - (before ?? TimeSpan.FromHours(1))).ToUnixTimeMilliseconds(),
        }).Encode());
    }

    /// <summary>All leaves; not the world's request and answer, which are no chat's.</summary>
    internal static byte[] Whole(byte[] bundle) => Bundle.TryDecode(bundle, out _)!.Redact([.. ClaimRegistry.Groups], out _, out _)!.Encode();

    /// <summary>Adds a configuration with its first receipt, which is given back whole.</summary>
    internal byte[] Add(int number, ClaimValues? claims = null, string? prompt = "Be brief.", string? tools = null, int receipts = 1)
    {
        claims ??= Claims(prompt, tools);
        byte[] receipt = Receipt(claims, number);
        Configurations.Add(Entry(number, receipt, receipts));
        if (prompt is not null)
        {
            Json["systemPrompts"]![claims.RequestSystemPrompt!.Value.ToString()] = new JsonArray(Message(prompt));
        }

        if (tools is not null)
        {
            Json["tools"]![claims.RequestTools!.Value.ToString()] = tools;
        }

        return receipt;
    }

    internal static JsonObject Entry(int number, byte[] receipt, int receipts = 1) => new()
    {
        ["number"] = number,
        ["first"] = World.Now.AddHours(-2).ToUnixTimeMilliseconds(),
        ["last"] = World.Now.AddHours(-1).ToUnixTimeMilliseconds(),
        ["receipts"] = receipts,
        ["receipt"] = Base64Url.EncodeToString(Bundle.TryDecode(receipt, out _)!.Redact(Shown, out _, out _)!.Encode()),
        ["registered"] = new JsonObject { ["prompt"] = null, ["tools"] = null },
    };
}
