using System.CommandLine;
using Assay.Cli.Console;
using Assay.Node;
using Assay.Node.Chatting;
using Assay.Node.Paying;
using Assay.Node.Serving;
using Assay.Receipts;

namespace Assay.Cli.Commands;

/// <summary><c>assay prices</c>: what callers of a node will see.</summary>
internal static class PricesCommands
{
    internal static Command Create() => new("prices", "What requests cost.") { CreateCheck() };

    private static Command CreateCheck()
    {
        Argument<FileInfo> file = new("file") { Description = "The price file." };
        Option<int> batch = new("--max-batch") { Description = "Most items in a request, as with 'assay serve'.", DefaultValueFactory = static _ => 1024 };
        Option<FileInfo?> chat = new("--chat") { Description = "The chat file, as with 'assay serve'." };
        return new Command("check", "Hold a price file against a folder's models, and show what callers will see. Moves and asks nothing.") { file, NodeFolder.Option, batch, chat }.Do((parsed, output, cancellation) =>
        {
            string path = parsed.GetRequiredValue(file).FullName;
            PriceFile prices = PaymentHost.Read(path);
            NodeOptions options = new() { Folder = NodeFolder.Of(parsed), MaximumBatch = parsed.GetValue(batch) };
            using ModelCatalog models = CatalogLoader.Load(NodeFolder.Store(options.Folder), options.LoadFloatRuntime, options);
            ModelTerms[] chats = parsed.GetValue(chat) is { } listed ? [.. ChatFile.Load(listed.FullName).Models.Select(static model => model.Terms)] : [];

            // What hardware vouches for runs is known to the running node only.
            PriceList list = PriceList.TryCreate(prices, models, options.MaximumBatch, out IReadOnlyList<string> problems, isTeeKnown: false, chats) ?? throw new PriceFileException(path, problems);
            ModelTerms[] all = [.. models.Models.Select(static model => model.Terms), .. chats];
            Print(output, list, all, options.MaximumBatch);
            output.Json(json => json.WriteNumber("models", all.Length));
            return Task.FromResult(ExitCodes.Met);
        });
    }

    /// <summary>A line for the payee, and one for each model and level.</summary>
    internal static void Print(Output output, PriceList prices, IEnumerable<ModelTerms> models, int mostItems)
    {
        PricedToken token = prices.File.Token;
        output.Line($"pay      to {prices.File.PayTo} on eip155:{prices.File.ChainId}, in {token.Symbol} ({token.Address}); settled by {(prices.File.Facilitator.Url is { } url ? url.ToString() : "this node")}");
        foreach (ModelTerms model in models)
        {
            ModelPrices sold = prices.For(model.Name);
            output.Line($"price    {model.Name}  {Modes(sold.Modes)}");
            foreach (VerificationLevel level in sold.Modes == PaymentModes.Off ? [] : sold.Levels)
            {
                LevelPrice price = sold.Of(level)!;
                string exact = !price.IsExact ? "" : price.PerItem.IsZero ? $"{token.Show(price.PerRequest)} a request" : $"{token.Show(price.PerRequest)} a request and {token.Show(price.PerItem)} an item ({token.Show(price.Exact(1))} to {token.Show(price.Exact(mostItems))})";
                string use = price.Most is { } most ? $"{Use(price, token)}, at most {token.Show(most)}" : "";
                output.Line($"           {level,-15} {string.Join("; or ", new[] { exact, use }.Where(static text => text.Length > 0))} {token.Currency}{(level == sold.Recommended ? "  (recommended)" : "")}{(model.CanMeet(level) ? "" : "  (not now: " + string.Join("; ", model.WhyNot(level)) + ")")}");
            }
        }
    }

    private static string Use(LevelPrice price, PricedToken token) => price.PerMillionTokens is { } tokens
        ? $"{token.Show(tokens.Input)} a million tokens read and {token.Show(tokens.Output)} a million said"
        : $"{token.Show(price.PerSecond!.Value)} a second";

    private static string Modes(PaymentModes modes) => modes switch
    {
        PaymentModes.Off => "free",
        PaymentModes.Prepaid => "from an API key's balance",
        PaymentModes.X402 => "by request (x402)",
        _ => "from an API key's balance, or by request (x402)",
    };
}
