using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Assay.Chain;
using Assay.Cli.Console;
using Assay.Client;
using Assay.Evm;
using Assay.Payments;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Cli.Demo;

/// <summary>
/// <c>assay demo --pay</c>: a chain on this machine, a node with prices, a payment for each level and one for two together; then three
/// attempts to get more than was paid for. Every line comes from the run; it ends with 1 if anything that should hold doesn't.
/// </summary>
internal sealed class PayDemo(Output output, string folder, string models)
{
    private const string Prices = """{"signed":{"perRequest":"0.001"},"replay":{"perRequest":"0.002"},"tee":{"perRequest":"0.003"},"zk":{"perRequest":"0.01"}}""";
    private static readonly BigInteger StartMoney = 1_000_000;
    private static readonly AllowedToken Dollar = AllowedToken.UsdcOnBaseSepolia with { PerPayment = 20_000, PerDay = 100_000 };

    private readonly List<(string Level, BigInteger Amount, string Transaction, string Paid)> _paid = [];
    private readonly List<(string Cheat, int Status, string Code)> _cheats = [];
    private readonly List<byte[]> _receipts = [];
    private int _surprises;

    /// <summary>What to say where there is no chain to run.</summary>
    internal static CliException NoChain() => new(
        ExitCodes.CannotEvaluate,
        "demo/no-chain",
        $"This demo needs anvil, a local chain, and it isn't installed. {AnvilProgram.HowToInstall}",
        "It would start a chain with test dollars and a node with prices; ask, and show the offers of the 402; pay for levels signed, replay, tee, zk and tee+zk; "
        + "show offer, payment, receipt, transaction and verdict of each; try an edited level, a payment used for another question and one that is too small; and show balances before and after.");

    internal async Task<int> RunAsync(CancellationToken cancellation)
    {
        Act("1. A chain on this machine, with a dollar that is worth nothing");
        await using LocalChain chain = await LocalChain.StartAsync(null, cancellation).ConfigureAwait(false);
        using EvmAccount payer = EvmAccount.Generate();
        EvmAddress operatorAddress = EvmAddress.From(RandomNumberGenerator.GetBytes(EvmAddress.Size));
        await chain.SetTokensAsync(payer.Address, StartMoney, cancellation).ConfigureAwait(false);
        output.Line($"   anvil on {chain.Url}, under the number of Base Sepolia ({Dollar.Network})");
        output.Line($"   token     {Dollar.Symbol} {Dollar.Address}");
        output.Line($"   payer     {payer.Address}   {Dollar.Show(StartMoney)}");
        output.Line($"   operator  {operatorAddress}   {Dollar.Show(await chain.TokensOfAsync(operatorAddress, cancellation).ConfigureAwait(false))}");

        Act("2. A node with prices");
        await using PayDemoNode node = await PayDemoNode.StartAsync(chain, 0, operatorAddress, Prices, folder, models, output.Note, cancellation).ConfigureAwait(false);
        output.Line($"   node '{PayDemoNode.Origin}' on {node.Host.Address}; it settles with an account of its own, and keeps what it must in {folder}");
        output.Line("   its attested hardware is SIMULATED: NO HARDWARE PROTECTS IT");

        using PayDemoCalls calls = new(node.Host.Address, payer, Path.Combine(folder, "wallet.payments"));
        byte[] question = AssayClient.FormatRequest([node.Digits.Input(3)], (VerificationLevel?)null);
        await ShowOffersAsync(calls, question, cancellation).ConfigureAwait(false);

        Act("4. Paid: offer, payment, receipt, settlement, and what a verifier says who looks at the chain");
        using HttpClient rpc = new();
        ChainClient facts = new(rpc, chain.Url);
        (string Level, int Item)[] wanted = [("signed", 3), ("replay", 42), ("tee", 11), ("zk", 7), ("tee+zk", 21)];
        foreach ((string text, int item) in wanted)
        {
            VerificationLevel level = VerificationLevel.TryParse(text, out VerificationLevel read, out _) ? read : throw new FormatException(text);
            await PayAsync(calls, facts, node, level, item, cancellation).ConfigureAwait(false);
        }

        await CheatAsync(calls, chain, node.Digits, operatorAddress, cancellation).ConfigureAwait(false);

        Act("6. The balances, by the chain");
        BigInteger spent = _paid.Aggregate(BigInteger.Zero, static (sum, paid) => sum + paid.Amount);
        BigInteger left = await chain.TokensOfAsync(payer.Address, cancellation).ConfigureAwait(false), earned = await chain.TokensOfAsync(operatorAddress, cancellation).ConfigureAwait(false);
        Expect(left == StartMoney - spent && earned == spent);
        output.Line($"   payer     {Dollar.Show(StartMoney)} -> {Dollar.Show(left)}");
        output.Line($"   operator  {Dollar.Show(0)} -> {Dollar.Show(earned)}   ({_paid.Count} answers at the prices of their levels, and nothing for the cheats)");
        await CloseAsync(node, cancellation).ConfigureAwait(false);
        return _surprises == 0 ? ExitCodes.Met : ExitCodes.Untrusted;
    }

    private async Task ShowOffersAsync(PayDemoCalls calls, byte[] question, CancellationToken cancellation)
    {
        Act("3. Somebody asks and doesn't pay: 402, and what each level costs");
        PaymentRequired required = await calls.OffersAsync(question, cancellation).ConfigureAwait(false);
        IGrouping<string, PaymentRequirements>[] levels = [.. required.Offers.GroupBy(static offer => offer.Level ?? "")];
        Expect(levels.Length == 8 && levels[0].Key == "signed");
        output.Line("      level          price         signed by            for request");
        foreach (IGrouping<string, PaymentRequirements> level in levels)
        {
            string ways = string.Join(" or ", level.Select(static offer => offer.Method == TransferMethod.Eip3009 ? "EIP-3009" : "Permit2"));
            output.Line($"      {level.Key,-14} {Dollar.Show(level.First().Amount),-13} {ways,-20} {level.First().Request}");
        }

        output.Line("   The last column stands for model, level and the body's bytes: an offer is for this question, at this level, and no other.");
    }

    private async Task PayAsync(PayDemoCalls calls, ChainClient chain, PayDemoNode node, VerificationLevel level, int item, CancellationToken cancellation)
    {
        DemoModel digits = node.Digits;
        Answer answer = await calls.AskAsync(digits.Input(item), level, Dollar, cancellation).ConfigureAwait(false);
        PaymentResult paid = answer.Payment ?? throw new InvalidOperationException("nothing was paid");
        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(answer.OutputsUnchecked("shown beside its verdict")[0].Data.Span);
        int best = 0;
        for (int i = 1; i < values.Length; i++)
        {
            best = values[i] > values[best] ? i : best;
        }

        string said = digits.Label(best);
        PaymentRequirements offer = paid.Payment.Offer;
        output.Line($"   digits <- test item {item}, level '{level}'");
        output.Line($"      offer    {Dollar.Show(offer.Amount)} for level '{offer.Level}', request {offer.Request}");
        output.Line($"      payment  one transfer to {offer.PayTo}, good for {offer.MaxTimeoutSeconds} s;");
        output.Line($"               its nonce {Short(paid.Payment.Id)} is made from the offer, so the signature covers the offer");
        output.Line($"      answer   {said}; the data set says: {digits.Truth(item)}");
        output.Line($"      receipt  {answer.ReceiptId}");

        ChainFacts facts = await FactsAsync(chain, paid.Transaction, cancellation).ConfigureAwait(false);
        ChainTransaction? transaction = facts.Transactions.SingleOrDefault();
        output.Line($"      settled  transaction {(paid.Transaction is { } hash ? Short(hash) : "none")}, {(transaction is null ? "NOT ON THE CHAIN" : $"in block {transaction.Block}, {(transaction.Succeeded ? "successful" : "FAILED")}")}");
        Verdict verdict = Verify(answer, node, level, facts), without = Verify(answer, node, level, null);
        output.Line($"      verify   {verdict.Summary}");
        output.Line($"               Was it paid for?  {Status(verdict)}; for who doesn't look at the chain: {Status(without)}");
        output.Line();
        Expect(verdict.Outcome == Outcome.Met && Status(verdict) == "established" && Status(without) == "not-evaluated" && paid.Problem is null && offer.Level == level.ToString());
        _paid.Add((level.ToString(), paid.Charged ?? 0, paid.Transaction?.ToString() ?? "", Status(verdict)));
        _receipts.Add(answer.Bundle);
    }

    private async Task CheatAsync(PayDemoCalls calls, LocalChain chain, DemoModel digits, EvmAddress operatorAddress, CancellationToken cancellation)
    {
        Act("5. Three tries to get more than was paid for, and one honest repetition");
        BigInteger before = await chain.TokensOfAsync(operatorAddress, cancellation).ConfigureAwait(false);
        string log = await calls.LogSizeAsync(cancellation).ConfigureAwait(false);
        byte[] question = AssayClient.FormatRequest([digits.Input(99)], (VerificationLevel?)null);
        PaymentRequired offers = await calls.OffersAsync(question, cancellation).ConfigureAwait(false);
        int cheap = Index(offers, "signed"), dear = Index(offers, "zk");
        await TryAsync("pays for 'signed', and edits the level in the message to 'zk'", calls, question, calls.Payment(offers, cheap, offers.Offers[cheap].Amount, level: "zk"), cancellation).ConfigureAwait(false);
        await TryAsync("uses the payment for item 3 for another question", calls, question, calls.FirstPayment, cancellation).ConfigureAwait(false);
        await TryAsync("accepts the offer for 'zk', and signs for the price of 'signed'", calls, question, calls.Payment(offers, dear, offers.Offers[cheap].Amount, level: null), cancellation).ConfigureAwait(false);

        (int status, string code, byte[] again) = await calls.SendAsync(calls.FirstQuestion, calls.FirstPayment, cancellation).ConfigureAwait(false);
        bool same = status == 200 && again.AsSpan().SequenceEqual(calls.FirstResponse);
        output.Line($"   sends item 3 with its own payment again, as after a broken connection");
        output.Line($"      HTTP {status}{(code.Length > 0 ? $" [{code}]" : "")}: {(same ? "the same answer, byte for byte" : "ANOTHER ANSWER")}");
        string logged = await calls.LogSizeAsync(cancellation).ConfigureAwait(false);
        BigInteger after = await chain.TokensOfAsync(operatorAddress, cancellation).ConfigureAwait(false);
        output.Line($"   the operator's money before and after: {Dollar.Show(before)}, {Dollar.Show(after)}; entries in its log: {log}, {logged}");
        Expect(same && before == after && log == logged);
    }

    private async Task TryAsync(string cheat, PayDemoCalls calls, byte[] question, string payment, CancellationToken cancellation)
    {
        (int status, string code, byte[] body) = await calls.SendAsync(question, payment, cancellation).ConfigureAwait(false);
        string words = code.Length > 0 ? JsonNode.Parse(body)?["message"]?.GetValue<string>() ?? "" : "";
        bool refused = status is 402 or 409 && code.Length > 0;
        output.Line($"   {(refused ? "refused" : "NOT REFUSED")}: {cheat}");
        output.Line($"      HTTP {status} [{code}] {words}");
        _cheats.Add((cheat, status, code));
        Expect(refused);
    }

    private async Task CloseAsync(PayDemoNode node, CancellationToken cancellation)
    {
        string receipt = Path.Combine(folder, "paid.receipt"), trust = Path.Combine(folder, "trust.txt");
        await File.WriteAllBytesAsync(receipt, _receipts[0], cancellation).ConfigureAwait(false);
        await File.WriteAllTextAsync(trust, node.TrustText, cancellation).ConfigureAwait(false);
        output.Line();
        output.Line(_surprises == 0 ? "Everything held." : $"{_surprises} things didn't hold that should.");
        output.Line("The chain is gone with this program. The first receipt is here, and offline it says what was signed, and of the settlement that nobody looked:");
        output.Line($"   ./assay verify {receipt} --trust {trust}");
        output.Json(json =>
        {
            json.WriteString("folder", folder);
            json.WriteNumber("surprises", _surprises);
            json.WriteStartArray("payments");
            foreach ((string level, BigInteger amount, string transaction, string paid) in _paid)
            {
                json.WriteStartObject();
                json.WriteString("level", level);
                json.WriteString("amount", EvmAmount.Text(amount));
                json.WriteString("transaction", transaction);
                json.WriteString("paid", paid);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("cheats");
            foreach ((string cheat, int status, string code) in _cheats)
            {
                json.WriteStartObject();
                json.WriteString("cheat", cheat);
                json.WriteNumber("status", status);
                json.WriteString("code", code);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private static async Task<ChainFacts> FactsAsync(ChainClient chain, Digest32? transaction, CancellationToken cancellation)
    {
        ChainTransaction? mined = transaction is { } hash && (await chain.TransactionAsync(Dollar.ChainId, hash, cancellation).ConfigureAwait(false)).TryGet(out TransactionStatus? status) ? status.Mined : null;
        return new ChainFacts([Dollar.ChainId], mined is null ? [] : [mined]);
    }

    private static Verdict Verify(Answer answer, PayDemoNode node, VerificationLevel level, ChainFacts? chain) => Verifier.Verify(new VerificationInput
    {
        Bundle = answer.Bundle,
        Trust = node.Trust,
        Require = level,
        Now = TimeProvider.System.GetUtcNow(),
        CalledModel = answer.Model,
        RequestBytes = answer.Request,
        ResponseBytes = answer.Response,
        Replayer = level == VerificationLevel.Replay ? node.Replayer : null,
        Attestation = node.Hardware,
        Chain = chain,
    });

    private static int Index(PaymentRequired offers, string level) => offers.Offers.ToList().FindIndex(offer => offer.Level == level);

    private static string Status(Verdict verdict) => VerdictNames.Id(verdict.Questions.Single(static answer => answer.Question == Question.Paid).Status);

    private static string Short(in Digest32 digest) => string.Create(CultureInfo.InvariantCulture, $"0x{digest.ToString()[..12]}…");

    private void Expect(bool holds) => _surprises += holds ? 0 : 1;

    private void Act(string title)
    {
        output.Line();
        output.Line(title);
    }
}
