using Assay.Cli.Paying;

namespace Assay.Cli.Tests.Paying;

public sealed class PurseTests
{
    // A second ledger would have limits of its own.
    [Fact]
    public void AWallet_HasOneLedger_WhicheverLinksLeadToIt()
    {
        string folder = Directory.CreateTempSubdirectory("assay-purse-").FullName;
        try
        {
            string real = Directory.CreateDirectory(Path.Combine(folder, "real")).FullName;
            string wallet = Path.Combine(real, "wallet.json");
            File.WriteAllText(wallet, "{}");
            string link = File.CreateSymbolicLink(Path.Combine(folder, "link.json"), Path.Combine("real", "wallet.json")).FullName;
            string linkOfLink = File.CreateSymbolicLink(Path.Combine(folder, "again.json"), link).FullName;
            string place = Directory.CreateSymbolicLink(Path.Combine(folder, "place"), real).FullName;
            string inner = File.CreateSymbolicLink(Path.Combine(real, "inner.json"), "wallet.json").FullName;

            string ledger = Purse.LedgerOf(wallet);
            Assert.Equal("wallet.json.payments", Path.GetFileName(ledger));
            foreach (string other in new[] { link, linkOfLink, Path.Combine(place, "wallet.json"), Path.Combine(place, "inner.json"), inner, Path.Combine(place, "..", "real", "wallet.json") })
            {
                Assert.Equal(ledger, Purse.LedgerOf(other));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void LinksInARing_AreAnError_AndNoEndlessSearch()
    {
        string folder = Directory.CreateTempSubdirectory("assay-purse-").FullName;
        try
        {
            Directory.CreateSymbolicLink(Path.Combine(folder, "a"), Path.Combine(folder, "b", "x"));
            Directory.CreateSymbolicLink(Path.Combine(folder, "b"), Path.Combine(folder, "a", "y"));
            File.CreateSymbolicLink(Path.Combine(folder, "c"), Path.Combine(folder, "c"));
            Assert.ThrowsAny<IOException>(() => Purse.LedgerOf(Path.Combine(folder, "a", "wallet.json")));
            Assert.ThrowsAny<IOException>(() => Purse.LedgerOf(Path.Combine(folder, "c")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
