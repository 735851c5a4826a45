using Assay.Primitives;
using Xunit.Abstractions;

namespace Assay.Verification.Tests.Vectors;

public sealed class VectorTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("receipts")]
    [InlineData("receipt-proofs")]
    [InlineData("tee-receipts")]
    [InlineData("payment-receipts")]
    [InlineData("chat-receipts")]
    public void Catalogue_EveryCase_IsJudgedAsItsAuthorSaid(string folder)
    {
        IReadOnlyList<VectorCase> cases = CasesOf(folder);
        List<string> wrong = [];
        foreach (VectorCase vector in cases)
        {
            Verdict verdict = vector.Verdict;
            IEnumerable<string> failed = verdict.Checks.Where(static c => c.Result == CheckResult.Fail).Select(static c => c.Code);
            if (verdict.Outcome != vector.Outcome || verdict.Reason != vector.Reason || !failed.SequenceEqual(vector.Failed))
            {
                string details = string.Join(", ", verdict.Checks.Where(static c => c.Result == CheckResult.Fail).Select(static c => $"{c.Code} [{c.Detail}]"));
                wrong.Add($"{vector.Name}: {verdict.Outcome} ({verdict.Reason}) {details}");
            }
        }

        output.WriteLine($"{cases.Count} vectors, {cases.Count(static c => c.Outcome == Outcome.Met)} met, {cases.Count(static c => c.Outcome == Outcome.Untrusted)} untrusted.");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(cases.Count, cases.Select(static c => c.Name).Distinct().Count());
    }

    [Theory]
    [InlineData("receipts")]
    [InlineData("receipt-proofs")]
    [InlineData("tee-receipts")]
    [InlineData("payment-receipts")]
    [InlineData("chat-receipts")]
    public void Committed_AreWhatTheCatalogueMakes(string name)
    {
        string folder = VectorFiles.FolderOf(name);
        SortedDictionary<string, byte[]> made = VectorFiles.Make(CasesOf(name));
        if (Environment.GetEnvironmentVariable("ASSAY_WRITE_VECTORS") == "1")
        {
            Write(folder, made);
        }

        IEnumerable<string> committed = Directory.EnumerateFiles(folder).Select(static f => Path.GetFileName(f)).Where(static f => f != "README.md").Order(StringComparer.Ordinal);
        Assert.Equal(made.Keys, committed);
        foreach ((string file, byte[] content) in made)
        {
            Assert.True(content.AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(folder, file))), $"{file} isn't what the catalogue makes; ASSAY_WRITE_VECTORS=1 rewrites it.");
        }
    }

    private static IReadOnlyList<VectorCase> CasesOf(string folder) => folder switch
    {
        "receipt-proofs" => VectorCatalogue.OfProofs,
        "tee-receipts" => VectorCatalogue.OfTee,
        "payment-receipts" => VectorCatalogue.OfPayments,
        "chat-receipts" => VectorCatalogue.OfChats,
        _ => VectorCatalogue.All,
    };

    private static void Write(string folder, SortedDictionary<string, byte[]> files)
    {
        Directory.CreateDirectory(folder);
        foreach (string old in Directory.EnumerateFiles(folder).Where(static f => Path.GetFileName(f) != "README.md"))
        {
            File.Delete(old);
        }

        foreach ((string name, byte[] content) in files)
        {
            File.WriteAllBytes(Path.Combine(folder, name), content);
        }
    }
}
