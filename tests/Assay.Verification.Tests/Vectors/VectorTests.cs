using Assay.Primitives;
using Xunit.Abstractions;

namespace Assay.Verification.Tests.Vectors;

public sealed class VectorTests(ITestOutputHelper output)
{
    private static readonly IReadOnlyList<VectorCase> Cases = VectorCatalogue.All;

    [Fact]
    public void Catalogue_EveryCase_IsJudgedAsItsAuthorSaid()
    {
        List<string> wrong = [];
        foreach (VectorCase vector in Cases)
        {
            Verdict verdict = vector.Verdict;
            IEnumerable<string> failed = verdict.Checks.Where(static c => c.Result == CheckResult.Fail).Select(static c => c.Code);
            if (verdict.Outcome != vector.Outcome || verdict.Reason != vector.Reason || !failed.SequenceEqual(vector.Failed))
            {
                string details = string.Join(", ", verdict.Checks.Where(static c => c.Result == CheckResult.Fail).Select(static c => $"{c.Code} [{c.Detail}]"));
                wrong.Add($"{vector.Name}: {verdict.Outcome} ({verdict.Reason}) {details}");
            }
        }

        output.WriteLine($"{Cases.Count} vectors, {Cases.Count(static c => c.Outcome == Outcome.Met)} met, {Cases.Count(static c => c.Outcome == Outcome.Untrusted)} untrusted.");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(Cases.Count, Cases.Select(static c => c.Name).Distinct().Count());
    }

    [Fact]
    public void Committed_AreWhatTheCatalogueMakes()
    {
        SortedDictionary<string, byte[]> made = VectorFiles.Make(Cases);
        if (Environment.GetEnvironmentVariable("ASSAY_WRITE_VECTORS") == "1")
        {
            Write(made);
        }

        IEnumerable<string> committed = Directory.EnumerateFiles(VectorFiles.Folder).Select(static f => Path.GetFileName(f)).Where(static f => f != "README.md").Order(StringComparer.Ordinal);
        Assert.Equal(made.Keys, committed);
        foreach ((string name, byte[] content) in made)
        {
            Assert.True(content.AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(VectorFiles.Folder, name))), $"{name} isn't what the catalogue makes; ASSAY_WRITE_VECTORS=1 rewrites it.");
        }
    }

    private static void Write(SortedDictionary<string, byte[]> files)
    {
        Directory.CreateDirectory(VectorFiles.Folder);
        foreach (string old in Directory.EnumerateFiles(VectorFiles.Folder).Where(static f => Path.GetFileName(f) != "README.md"))
        {
            File.Delete(old);
        }

        foreach ((string name, byte[] content) in files)
        {
            File.WriteAllBytes(Path.Combine(VectorFiles.Folder, name), content);
        }
    }
}
