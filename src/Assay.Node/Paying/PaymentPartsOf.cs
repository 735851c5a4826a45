using Assay.Chain;
using Assay.Facilitator;

namespace Assay.Node.Paying;

/// <summary>What a price file says that payments rest on: a facilitator elsewhere, or one of the node's own.</summary>
internal static class PaymentPartsOf
{
    internal static async Task<PaymentParts> FileAsync(PriceFile file, string path, string nodeFolder, TimeProvider time, CancellationToken cancellation)
    {
        List<object> owned = [];
        try
        {
            HttpClient http = RemoteFacilitator.CreateHttpClient();
            owned.Add(http);
            ChainClient chain = new(http, file.Rpc);
            EvmAccount? account = FacilitatorAccount.Open(file.Facilitator, path);
            if (account is not null)
            {
                owned.Add(account);
            }

            if (file.Facilitator.Url is { } url)
            {
                RemoteFacilitatorOptions options = new() { Headers = Token(file.Facilitator, path) };
                return new PaymentParts(new RemoteFacilitator(http, url, options, time, chain), file.SignsOffers ? account : null, owned);
            }

            TransactionSender sender = new(chain, account!, new TransactionSenderOptions { ChainId = file.ChainId }, time);
            owned.Add(sender);
            string folder = Path.Combine(nodeFolder, "facilitator");
            Directory.CreateDirectory(folder);
            SettlementStore store = SettlementStore.Open(folder);
            owned.Add(store);
            FacilitatorOptions local = new() { ChainId = file.ChainId, Assets = new HashSet<Evm.EvmAddress> { file.Token.Address }, Confirmations = file.Confirmations };
            LocalFacilitator facilitator = await LocalFacilitator.StartAsync(local, chain, sender, store, time, cancellation).ConfigureAwait(false);
            owned.Add(facilitator);
            return new PaymentParts(facilitator, file.SignsOffers ? account : null, owned);
        }
        catch
        {
            await new PaymentParts(null!, null, owned).DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static Dictionary<string, string> Token(FacilitatorSettings settings, string path) => settings.TokenVariable is not { } variable ? []
        : Environment.GetEnvironmentVariable(variable) is { Length: > 0 } token ? new Dictionary<string, string> { ["Authorization"] = "Bearer " + token }
        : throw new PriceFileException(path, [$"the environment variable {variable} has no token"]);
}
