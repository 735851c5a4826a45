using Assay.Chain;
using Assay.Client;
using Assay.Files;

namespace Assay.Cli.Paying;

/// <summary>A wallet that is open, with what may be paid from it and the ledger of what was.</summary>
internal sealed class Purse : IDisposable
{
    private readonly EvmAccount _account;
    private readonly PaymentLedger _ledger;

    private Purse(EvmAccount account, PaymentLedger ledger, PaymentPolicy policy) => (_account, _ledger, Policy) = (account, ledger, policy);

    internal PaymentPolicy Policy { get; }

    /// <summary>The ledger of a wallet: the file beside it.</summary>
    internal static string LedgerOf(string wallet) => wallet + ".payments";

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

    public void Dispose()
    {
        _ledger.Dispose();
        _account.Dispose();
    }
}
