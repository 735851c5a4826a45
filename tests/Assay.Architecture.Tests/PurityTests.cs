using Assay.Testing;

namespace Assay.Architecture.Tests;

/// <summary>
/// The analyzer bans symbols where sources name them. Here the compiled assemblies are looked at, so that a
/// suppressed warning or a generated file doesn't slip through.
/// </summary>
public sealed class PurityTests
{
    /// <summary>Assemblies, by the start of their name, that exist to do I/O.</summary>
    private static readonly string[] InputOutputAssemblies =
    [
        "System.Net", "System.Console", "System.IO.FileSystem", "System.IO.Pipes", "System.IO.IsolatedStorage",
        "System.IO.MemoryMappedFiles", "System.Diagnostics.Process", "System.Diagnostics.FileVersionInfo", "System.Data",
        "Microsoft.",
    ];

    public static TheoryData<string> PureProjects =>
        [.. SourceProject.All.Keys.Where(name => ProjectTable.Rows.TryGetValue(name, out ProjectTable.Row? row) && row.IsPure)];

    public static TheoryData<string> AllProjects => [.. SourceProject.All.Keys];

    [Theory]
    [MemberData(nameof(PureProjects))]
    public void Pure_project_references_no_io_assembly(string name)
    {
        foreach (string reference in SourceProject.All[name].AssemblyReferences)
        {
            Assert.DoesNotContain(InputOutputAssemblies, start => reference.StartsWith(start, StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(PureProjects))]
    public void Pure_project_uses_no_banned_type(string name)
    {
        string[] banned = Banned("BannedSymbols.Pure.txt", "T:");
        Assert.Contains("System.IO.File", banned);
        Assert.Empty(SourceProject.All[name].TypeReferences.Intersect(banned));
    }

    [Theory]
    [MemberData(nameof(AllProjects))]
    public void No_project_reads_the_ambient_clock_or_randomness(string name)
    {
        string[] banned =
        [
            .. Banned("BannedSymbols.All.txt", "P:").Select(property =>
                property.Insert(property.LastIndexOf('.') + 1, "get_")),
            .. Banned("BannedSymbols.All.txt", "M:"),
        ];
        Assert.Contains("System.DateTime.get_UtcNow", banned);
        Assert.Empty(SourceProject.All[name].MemberReferences.Intersect(banned));
    }

    [Theory]
    [MemberData(nameof(PureProjects))]
    public void Analyzer_bans_for_pure_projects_apply(string name)
    {
        string props = File.ReadAllText(Path.Combine(Oracles.RepositoryRoot, "src", "Directory.Build.props"));
        Assert.Contains($"'$(MSBuildProjectName)' == '{name}'", props, StringComparison.Ordinal);
    }

    private static string[] Banned(string file, string kind) =>
    [
        .. File.ReadLines(Path.Combine(Oracles.RepositoryRoot, "eng", file))
            .Where(line => line.StartsWith(kind, StringComparison.Ordinal))
            .Select(line => line[kind.Length..].Split(';')[0].Split('(')[0]),
    ];
}
