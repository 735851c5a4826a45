using Assay.Chain;
using Assay.Client;
using Assay.Files;

namespace Assay.Cli.Paying;

/// <summary>A wallet that is open, with what may be paid from it and the ledger of what was.</summary>
internal sealed class Purse : IDisposable
{
    private const int MostLinks = 40;

    private readonly EvmAccount _account;
    private readonly PaymentLedger _ledger;

    private Purse(EvmAccount account, PaymentLedger ledger, PaymentPolicy policy) => (_account, _ledger, Policy) = (account, ledger, policy);

    internal PaymentPolicy Policy { get; }

    /// <summary>The ledger of a wallet: the file beside it, whichever links lead there. A second ledger would have limits of its own.</summary>
    /// <exception cref="IOException">The links lead nowhere.</exception>
    internal static string LedgerOf(string wallet) => RealPath(Path.GetFullPath(wallet), 0) + ".payments";

    internal static Purse Open(string wallet, KeyPassphrase passphrase, PaymentPolicy policy)
    {
        using (passphrase)
        {
            EvmAccount account = Keystore.Open(wallet, passphrase);
            try
            {
                return new Purse(account, PaymentLedger.Open(LedgerOf(wallet)), policy);
            }
            catch
            {
                account.Dispose();
                throw;
            }
        }
    }

    /// <summary>Pays for what goes through it.</summary>
    internal PaymentHandler Handler(HttpMessageHandler inner) => new(inner, _account, Policy, _ledger, TimeProvider.System);

    // Folders on the way may be links too, and so may be what links lead to.
    private static string RealPath(string path, int links)
    {
        string real = Path.GetPathRoot(path)!;
        foreach (string part in path[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Combine(real, part);
            if (new FileInfo(real) is { LinkTarget: not null } link)
            {
                real = links < MostLinks ? RealPath(link.ResolveLinkTarget(returnFinalTarget: false)!.FullName, links + 1) : throw new IOException($"'{path}': too many links.");
            }
        }

        return real;
    }

    public void Dispose()
    {
        _ledger.Dispose();
        _account.Dispose();
    }
}
