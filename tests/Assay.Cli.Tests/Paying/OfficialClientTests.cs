using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Chain;
using Assay.Chat;
using Assay.Cli.Demo;
using Assay.Client;
using Assay.Evm;
using Assay.Payments;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Testing;
using Assay.Verification;

namespace Assay.Cli.Tests.Paying;

/// <summary>x402's own clients, unmodified and pinned, pay a real node on a local chain for each level and two together; the receipts verify, with the chain.</summary>
[Collection(PaidNodeFixture.Name)]
public sealed class OfficialClientTests
{
    private static readonly Digest32 Transfer = Keccak256.HashData("Transfer(address,address,uint256)"u8);

    private readonly PaidNodeFixture _paid;

    public OfficialClientTests(PaidNodeFixture paid) => _paid = paid;

    private LocalChain Chain => _paid.Chain;

    private PayDemoNode Node => _paid.Node;

    [OracleFact(Oracle.X402)]
    public async Task TheOfficialClients_PayForEveryLevel_ByEveryMethod_InBothVersions()
    {
        string[] keys = [.. LocalChain.DevelopmentKeys.Skip(3).Take(3)];
        foreach (string key in keys)
        {
            using EvmAccount account = EvmAccount.FromPrivateKey(Convert.FromHexString(key));
            await Chain.SetTokensAsync(account.Address, 1_000_000);
        }

        using (EvmAccount allowed = EvmAccount.FromPrivateKey(Convert.FromHexString(keys[1])))
        {
            await Chain.AllowPermit2Async(allowed.Address, EvmAmount.Max);
        }

        List<JsonObject> cases =
        [
            Case("fetch takes the first offer", "fetch", keys[0], null, 1_000),
            .. new[] { ("signed", 1_000), ("replay", 2_000), ("tee", 3_000), ("zk", 10_000), ("tee+zk", 13_000) }.Select(level =>
                Case($"fetch by policy: {level.Item1}", "fetch", keys[0], new JsonObject { ["level"] = level.Item1 }, level.Item2)),
            Case("fetch by selector: replay", "fetch", keys[0], new JsonObject { ["level"] = "replay" }, 2_000, select: true),
            Case("axios takes the first offer", "axios", keys[0], null, 1_000),
            Case("axios by policy: tee", "axios", keys[0], new JsonObject { ["level"] = "tee" }, 3_000),
            Case("axios by Permit2", "axios", keys[1], new JsonObject { ["method"] = "permit2", ["level"] = "replay" }, 2_000),
            Case("fetch by Permit2, allowed before", "fetch", keys[1], new JsonObject { ["method"] = "permit2", ["level"] = "tee" }, 3_000),
            Case("fetch by Permit2, allowed by EIP-2612", "fetch", keys[2], new JsonObject { ["method"] = "permit2", ["level"] = "signed" }, 1_000),
            Case("fetch by upto", "fetch", keys[1], new JsonObject { ["scheme"] = "upto", ["method"] = "permit2", ["level"] = "signed" }, null),
            Case("fetch by version 1: signed", "fetch", keys[0], null, 1_000, version: 1),
            Case("fetch by version 1: tee, by its amount", "fetch", keys[0], new JsonObject { ["amount"] = "3000" }, 3_000, version: 1),
            Case("openai's raw call", "openai", keys[0], null, 1_000),
        ];
        await RunAsync("x402/clients.mjs", cases);
    }

    [OracleFact(Oracle.X402VersionOne)]
    public async Task TheClientOfVersion1_Pays()
    {
        string key = LocalChain.DevelopmentKeys[6];
        using EvmAccount account = EvmAccount.FromPrivateKey(Convert.FromHexString(key));
        await Chain.SetTokensAsync(account.Address, 1_000_000);
        await RunAsync("x402-v1/client.mjs", [Case("takes the first offer", "", key, null, 1_000, version: 1), Case("zk, by its amount", "", key, new JsonObject { ["amount"] = "10000" }, 10_000, version: 1)]);
    }

    [OracleFact(Oracle.X402WithLlama)]
    public async Task TheOfficialClients_PayForChats_WholeAndStreamed()
    {
        string key = LocalChain.DevelopmentKeys[7];
        using EvmAccount account = EvmAccount.FromPrivateKey(Convert.FromHexString(key));
        await Chain.SetTokensAsync(account.Address, 1_000_000);
        await Chain.AllowPermit2Async(account.Address, EvmAmount.Max);
        await RunAsync("x402/clients.mjs",
        [
            Chat("fetch", "fetch", key, null, 1_000),
            Chat("openai's client, paid by fetch", "openai", key, null, 1_000),
            Chat("a stream", "openai", key, null, 1_000, ",\"stream\":true"),
            Chat("by tokens", "fetch", key, new JsonObject { ["scheme"] = "upto", ["method"] = "permit2" }, null),
            Chat("a stream by tokens", "fetch", key, new JsonObject { ["scheme"] = "upto", ["method"] = "permit2" }, null, ",\"stream\":true"),
        ]);
    }

    private static JsonObject Chat(string name, string client, string key, JsonObject? pick, int? amount, string more = "") => new()
    {
        ["name"] = name,
        ["client"] = client,
        ["key"] = "0x" + key,
        ["path"] = "/v1/chat/completions",
        ["body"] = $$"""{"model":"{{PaidNodeFixture.ChatName}}","messages":[{"role":"user","content":"And God said ({{name}})"}],"max_tokens":24{{more}}}""",
        ["pick"] = pick,
        ["version"] = 2,
        ["expected"] = amount,
        ["model"] = PaidNodeFixture.ChatName,
    };

    private JsonObject Case(string name, string client, string key, JsonObject? pick, int? amount, bool select = false, int version = 2) => new()
    {
        ["name"] = name,
        ["client"] = client,
        ["key"] = "0x" + key,
        ["path"] = "/v2/models/digits/infer",
        ["body"] = Encoding.UTF8.GetString(AssayClient.FormatRequest([Node.Digits.Input(amount is { } price ? price % 97 : 5)], (VerificationLevel?)null)),
        ["pick"] = pick,
        ["select"] = select,
        ["version"] = version,
        ["expected"] = amount,
    };

    private async Task RunAsync(string script, IReadOnlyList<JsonObject> cases)
    {
        JsonObject input = new() { ["url"] = Node.Host.Address.ToString().TrimEnd('/'), ["rpc"] = Chain.Url.ToString(), ["cases"] = new JsonArray([.. cases]) };
        await using OracleProcess clients = OracleProcess.Start(script, input.ToJsonString());
        List<string> wrong = [];
        foreach (JsonObject given in cases)
        {
            using JsonDocument line = JsonDocument.Parse(await clients.ReadLineAsync());
            string problem = await ProblemAsync(given, line.RootElement);
            if (problem.Length > 0)
            {
                wrong.Add($"{given["name"]}: {problem}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>What is wrong with a case: the answer, the money that moved, or the receipt's verdict; empty if nothing is.</summary>
    private async Task<string> ProblemAsync(JsonObject given, JsonElement line)
    {
        if (line.TryGetProperty("error", out JsonElement error) || line.GetProperty("status").GetInt32() != 200)
        {
            return error.ValueKind == JsonValueKind.String ? error.GetString()! : $"HTTP {line.GetProperty("status")}: {Encoding.UTF8.GetString(line.GetProperty("response").GetBytesFromBase64())}";
        }

        JsonElement settled = line.GetProperty("settled");
        int? expected = given["expected"]?.GetValue<int>();
        if (!settled.GetProperty("success").GetBoolean() || !Digest32.TryParseHex(settled.GetProperty("transaction").GetString().AsSpan(2), out Digest32 hash))
        {
            return $"settled as {settled}";
        }

        using HttpClient http = new();
        ChainTransaction? transaction = (await new ChainClient(http, Chain.Url).TransactionAsync(LocalChain.ChainId, hash, default)).Value.Mined;
        Assert.True(ReceiptId.TryParse(line.GetProperty("receipt").GetString()!, out ReceiptId id));
        byte[] bundle = await new AssayClient(http, Node.Host.Address, TimeProvider.System).GetBundleAsync(id, line.GetProperty("secret").GetString(), default);
        DisclosedClaims claims = Bundle.TryDecode(bundle, out _)!.Claims;
        PaymentRequirements offer = RequirementsReader.TryReadText(claims.Text(ClaimRegistry.PaymentOffer)!)!;
        Assert.True(VerificationLevel.TryParse(offer.Level, out VerificationLevel level, out _));
        byte[] answer = line.GetProperty("response").GetBytesFromBase64();
        Verdict verdict = Verifier.Verify(new VerificationInput
        {
            Bundle = bundle,
            Trust = Node.Trust,
            Require = level,
            Now = TimeProvider.System.GetUtcNow(),
            CalledModel = given["model"]?.GetValue<string>() ?? "digits",
            RequestBytes = line.GetProperty("request").GetBytesFromBase64(),
            ResponseBytes = SseCapture.LooksLike(answer) ? SseCapture.TryRead(answer, out _)!.Transcript : answer,
            Replayer = level == VerificationLevel.Replay ? Node.Replayer : null,
            Attestation = Node.Hardware,
            Chain = new ChainFacts([LocalChain.ChainId], transaction is null ? [] : [transaction]),
        });
        BigInteger moved = transaction?.Logs.Where(static log => log.Contract == LocalChain.Token && log.Topics is [var what, ..] && what == Transfer).Aggregate(BigInteger.Zero, static (sum, log) => sum + new BigInteger(log.Data.Span, isUnsigned: true, isBigEndian: true)) ?? 0;
        string paid = VerdictNames.Id(verdict.Questions.Single(static answer => answer.Question == Question.Paid).Status);
        string picked = given["pick"]?["level"]?.GetValue<string>() ?? offer.Level!;
        return verdict.Outcome != Outcome.Met ? verdict.Summary + " " + string.Join(", ", verdict.Checks.Where(static check => check.Result == CheckResult.Fail).Select(static check => $"{check.Code} {check.Detail}"))
            : paid != "established" ? $"paid is {paid}: {string.Join(", ", verdict.Checks.Where(static check => check.Code.StartsWith("payment/", StringComparison.Ordinal)).Select(static check => $"{check.Code} {check.Result} {check.Detail}"))}"
            : offer.Level != picked ? $"paid for {offer.Level}"
            : expected is { } amount ? moved == amount && offer.Amount == amount ? "" : $"{moved.ToString(CultureInfo.InvariantCulture)} moved for an offer of {EvmAmount.Text(offer.Amount)}"
            : moved > 0 && moved < offer.Amount ? "" : $"{moved.ToString(CultureInfo.InvariantCulture)} moved of at most {EvmAmount.Text(offer.Amount)}";
    }
}
